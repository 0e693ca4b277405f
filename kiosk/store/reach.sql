-- How far a member of staff reaches: functions of the schema's owner, which the policies of `policies.py` ask once for each
-- statement. They answer for the identity that `identity.py` sets for a transaction, and with nothing where there is none.
-- For what is somebody's own they are as narrow as the wing's code, but for a link that ended, whose lectures stay (in a register
-- the cell's days end them, in a record the code does); for a department they may be wider than one page of it.

-- The ways of a scope, as `permissions.scope_of` narrows a grant by its cell of the matrix.
CREATE OR REPLACE FUNCTION kiosk_ways(wanted text)
RETURNS TABLE (what text, width text, department text, days integer, instant timestamptz, today date, zone text, staff_id integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 4 AS $$
#variable_conflict use_column
DECLARE
    me integer := nullif(current_setting('kiosk.staff_id', true), '');
    calendar text := nullif(current_setting('kiosk.zone', true), '');
    moment timestamptz := nullif(current_setting('kiosk.now', true), '');
    day date := (moment AT TIME ZONE calendar)::date;
BEGIN
    RETURN QUERY
    SELECT DISTINCT c.what, n.width, n.department, c.days::integer, moment, day, calendar, me
    FROM role_grant g
    JOIN staff s ON s.id = g.staff_id AND s.archived_at IS NULL
    JOIN (VALUES /* cells */) AS c (role, may, what, width, days) ON c.role = g.role AND c.may = wanted
    CROSS JOIN LATERAL (
        SELECT c.width, '' WHERE c.width NOT IN ('department', 'all')
        UNION ALL SELECT 'department', g.scope_value::text
            WHERE c.width IN ('department', 'all') AND g.scope_kind = 'department' AND g.scope_value <> ''
        UNION ALL SELECT 'all', '' WHERE c.width = 'all' AND g.scope_kind = 'all'
    ) AS n (width, department)
    WHERE g.staff_id = me AND day BETWEEN g.from_on AND g.until_on
        AND (g.scope_kind <> 'department' OR g.role = ANY (ARRAY[/* of departments */]))
        AND NOT EXISTS (
            -- Of two roles that nobody may hold together neither gives anything.
            SELECT FROM role_grant o
            WHERE o.staff_id = me AND day BETWEEN o.from_on AND o.until_on AND (g.role, o.role) IN (VALUES /* forbidden */)
        );
END $$;

-- The lectures somebody teaches, leads or stands in for, each with its day. A link's days are days of the institution's
-- calendar, and a lecture belongs to the day on which it begins there.
CREATE OR REPLACE FUNCTION kiosk_own_lectures(wanted text) RETURNS TABLE (lecture_id integer, on_day date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 60 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH ways AS MATERIALIZED (SELECT * FROM kiosk_ways(wanted) AS w WHERE w.what = 'lecture' AND w.width IN ('own', 'modules'))
    SELECT l.id, (l.starts_at AT TIME ZONE w.zone)::date
    FROM ways AS w
    JOIN teaching t ON t.staff_id = w.staff_id AND (w.width = 'own' OR t.leads)
    JOIN lecture_module lm ON lm.module_id = t.module_id AND (t.group_name = '' OR t.group_name = lm.group_name)
    JOIN lecture l ON l.id = lm.lecture_id
    WHERE (w.days IS NULL OR l.ends_at > w.instant - make_interval(days => w.days))
        AND (t.from_on IS NULL OR l.starts_at >= t.from_on::timestamp AT TIME ZONE w.zone)
        AND (t.until_on IS NULL OR l.starts_at < (t.until_on + 1)::timestamp AT TIME ZONE w.zone)
    UNION
    SELECT l.id, (l.starts_at AT TIME ZONE w.zone)::date
    FROM ways AS w
    JOIN cover c ON c.staff_id = w.staff_id AND c.withdrawn_at IS NULL
    JOIN lecture l ON l.id = c.lecture_id AND l.ends_at > w.instant
    WHERE w.width = 'own';
END $$;

-- The lectures whose rows somebody may read, or set.
CREATE OR REPLACE FUNCTION kiosk_lectures(wanted text) RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 60 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT o.lecture_id FROM kiosk_own_lectures(wanted) AS o;
    RETURN QUERY
    SELECT l.id
    FROM kiosk_ways(wanted) AS w
    JOIN module m ON w.what = 'lecture' AND w.width = 'department' AND m.department = w.department
    JOIN lecture_module lm ON lm.module_id = m.id
    JOIN lecture l ON l.id = lm.lecture_id
    WHERE w.days IS NULL OR l.ends_at > w.instant - make_interval(days => w.days);
    RETURN QUERY
    SELECT l.id FROM kiosk_ways(wanted) AS w CROSS JOIN lecture l
    WHERE w.what = 'lecture' AND w.width = 'all'
        AND (w.days IS NULL OR l.ends_at > w.instant - make_interval(days => w.days));
END $$;

-- The students all of whose rows somebody may read, or set, whatever the lecture: of a department, tutees, of own open cases,
-- behind broken glass, and the one whose full number was asked for. A width that is not here reaches nobody.
CREATE OR REPLACE FUNCTION kiosk_people(wanted text) RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 100 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH ways AS MATERIALIZED (SELECT * FROM kiosk_ways(wanted) AS w WHERE w.what = 'student')
    SELECT e.student_id
    FROM ways AS w
    JOIN module m ON w.width = 'department' AND m.department = w.department
    JOIN enrolment e ON e.module_id = m.id
    UNION ALL
    SELECT t.student_id
    FROM ways AS w JOIN tutee t ON w.width = 'tutees' AND t.staff_id = w.staff_id
    WHERE (t.from_on IS NULL OR t.from_on <= w.today) AND (t.until_on IS NULL OR t.until_on >= w.today)
    UNION ALL
    SELECT c.student_id
    FROM ways AS w JOIN student_case c ON w.width = 'case' AND c.opened_by = w.staff_id AND c.closed_at IS NULL
    UNION ALL
    SELECT b.student_id
    FROM ways AS w JOIN break_glass b ON w.width = 'one' AND b.staff_id = w.staff_id
    WHERE b.opened_at <= w.instant AND b.until > w.instant
    UNION ALL
    SELECT s.id
    FROM ways AS w JOIN student s ON w.width IN ('one', 'all') AND s.number = nullif(current_setting('kiosk.number', true), '');
END $$;

-- The students whose record is locked to somebody, whatever they ask: what the wing's own queries leave out.
CREATE OR REPLACE FUNCTION kiosk_closed() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 10 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT k.student_id FROM record_lock k
    WHERE k.lifted_at IS NULL
        AND NOT EXISTS (
            SELECT FROM record_lock_staff n
            WHERE n.lock_id = k.id AND n.staff_id::text = current_setting('kiosk.staff_id', true)
        );
END $$;

-- Those of them who have no row. Whose number was asked for is told from one who does not exist. What is set for everybody
-- in a register reaches them as well, and says nothing of them.
CREATE OR REPLACE FUNCTION kiosk_locked() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 10 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT k.id FROM kiosk_closed() AS k (id)
    WHERE current_setting('kiosk.locks', true) IS DISTINCT FROM 'past'
        AND NOT EXISTS (SELECT FROM student s WHERE s.id = k.id AND s.number = current_setting('kiosk.number', true));
END $$;

-- The modules and groups whose enrolments somebody may read: a lecture can be added for a group from its first day on.
CREATE OR REPLACE FUNCTION kiosk_groups() RETURNS TABLE (module_id integer, group_name varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 10 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH ways AS MATERIALIZED (
        SELECT * FROM kiosk_ways('read') AS r WHERE r.what = 'lecture' UNION ALL SELECT * FROM kiosk_ways('group') AS g
    ), reached AS MATERIALIZED (
        SELECT t.module_id, t.group_name
        FROM ways AS w
        JOIN teaching t ON t.staff_id = w.staff_id AND (w.width = 'own' OR w.width = 'modules' AND t.leads)
        WHERE t.until_on IS NULL OR t.until_on >= w.today - 14
        UNION
        SELECT lm.module_id, lm.group_name
        FROM kiosk_own_lectures('read') AS o JOIN lecture_module lm ON lm.lecture_id = o.lecture_id
        UNION
        SELECT m.id, ''
        FROM ways AS w JOIN module m ON w.width = 'all' OR w.width = 'department' AND m.department = w.department
    )
    SELECT DISTINCT e.module_id, e.group_name
    FROM reached AS r
    JOIN enrolment e ON e.module_id = r.module_id AND (r.group_name = '' OR r.group_name = e.group_name);
END $$;

-- The students somebody may be shown at all: of own lectures who was expected or came, of own links who is there now.
CREATE OR REPLACE FUNCTION kiosk_students() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 400 AS $$
#variable_conflict use_column
DECLARE
    own integer[] := ARRAY(SELECT o.lecture_id FROM kiosk_own_lectures('read') AS o);
BEGIN
    RETURN QUERY
    WITH expected AS MATERIALIZED (
        SELECT lm.module_id, lm.group_name, array_agg(o.on_day) AS days
        FROM kiosk_own_lectures('read') AS o JOIN lecture_module lm ON lm.lecture_id = o.lecture_id
        GROUP BY lm.module_id, lm.group_name
    )
    SELECT e.student_id
    FROM expected AS x
    JOIN enrolment e ON e.module_id = x.module_id AND (x.group_name = '' OR x.group_name = e.group_name)
    WHERE (e.from_on IS NULL AND e.until_on IS NULL)
        OR EXISTS (
            SELECT FROM unnest(x.days) AS day (one)
            WHERE (e.from_on IS NULL OR e.from_on <= day.one) AND (e.until_on IS NULL OR e.until_on >= day.one)
        );
    RETURN QUERY SELECT DISTINCT a.student_id FROM attendance a WHERE a.lecture_id = ANY (own);
    RETURN QUERY SELECT i.student_id FROM walk_in i WHERE i.lecture_id = ANY (own);
    RETURN QUERY
    SELECT e.student_id
    FROM kiosk_ways('read') AS w
    JOIN teaching t ON t.staff_id = w.staff_id AND (w.width = 'own' OR w.width = 'modules' AND t.leads)
    JOIN enrolment e ON e.module_id = t.module_id AND (t.group_name = '' OR t.group_name = e.group_name)
    WHERE w.what = 'lecture'
        AND (t.from_on IS NULL OR t.from_on <= w.today) AND (t.until_on IS NULL OR t.until_on >= w.today - 14)
        AND (e.from_on IS NULL OR e.from_on <= w.today) AND (e.until_on IS NULL OR e.until_on >= w.today - 14);
    RETURN QUERY SELECT p.one FROM kiosk_people('read') AS p (one);
    IF EXISTS (SELECT FROM kiosk_ways('read') AS w WHERE w.what = 'lecture' AND w.width = 'department') THEN
        RETURN QUERY
        WITH lectures AS MATERIALIZED (
            SELECT DISTINCT m.id AS module_id, lm.lecture_id
            FROM kiosk_ways('read') AS w
            JOIN module m ON w.what = 'lecture' AND w.width = 'department' AND m.department = w.department
            JOIN lecture_module lm ON lm.module_id = m.id
        )
        SELECT e.student_id FROM kiosk_ways('read') AS w
        JOIN module m ON w.what = 'lecture' AND w.width = 'department' AND m.department = w.department
        JOIN enrolment e ON e.module_id = m.id
        UNION
        SELECT a.student_id FROM lectures AS l JOIN attendance a ON a.lecture_id = l.lecture_id
        UNION
        SELECT i.student_id FROM lectures AS l JOIN walk_in i ON i.lecture_id = l.lecture_id;
    END IF;
END $$;

-- The lectures of a student at which anybody was recorded as present of whom the asker may know: those of a student whom they
-- reach, or of lectures that they reach. Who it was, and how many, is not told.
CREATE OR REPLACE FUNCTION kiosk_observed(whom integer) RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 100 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH own AS MATERIALIZED (
        SELECT lm.lecture_id FROM enrolment e JOIN lecture_module lm ON lm.module_id = e.module_id WHERE e.student_id = whom
        UNION
        SELECT a.lecture_id FROM attendance a WHERE a.student_id = whom
    )
    SELECT o.lecture_id FROM own AS o
    WHERE whom NOT IN (SELECT kiosk_closed())
        AND (whom IN (SELECT kiosk_people('read')) OR o.lecture_id IN (SELECT kiosk_lectures('read')))
        AND EXISTS (
            SELECT FROM attendance a
            WHERE a.lecture_id = o.lecture_id AND a.status IN (/* present */) AND a.student_id NOT IN (SELECT kiosk_closed())
        );
END $$;

-- The students of whom somebody may say whose tutees they are: of a department, whatever group and days.
CREATE OR REPLACE FUNCTION kiosk_tutored() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 400 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT e.student_id
    FROM kiosk_ways('tutor') AS w
    JOIN module m ON w.width = 'department' AND m.department = w.department
    JOIN enrolment e ON e.module_id = m.id;
END $$;

-- Those among them whose full numbers were said in this transaction.
CREATE OR REPLACE FUNCTION kiosk_numbered() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 30 AS $$
#variable_conflict use_column
DECLARE
    said text[] := string_to_array(nullif(current_setting('kiosk.numbers', true), ''), E'\n');
BEGIN
    IF said IS NOT NULL THEN
        RETURN QUERY SELECT s.id FROM student s WHERE s.number = ANY (said) AND s.id IN (SELECT kiosk_tutored());
    END IF;
END $$;

-- Who may stand at somebody's desk: of its departments, enrolled or come to a session of theirs, and whose full number was
-- said in this transaction.
CREATE OR REPLACE FUNCTION kiosk_at_desk() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 1 AS $$
#variable_conflict use_column
DECLARE
    said text[] := string_to_array(nullif(current_setting('kiosk.numbers', true), ''), E'\n');
BEGIN
    IF said IS NOT NULL THEN
        RETURN QUERY
        WITH modules AS MATERIALIZED (
            SELECT m.id FROM kiosk_departments('desk') AS d (one) JOIN module m ON m.department = d.one
        )
        SELECT s.id FROM student s
        WHERE s.number = ANY (said) AND (
            EXISTS (SELECT FROM enrolment e JOIN modules m ON m.id = e.module_id WHERE e.student_id = s.id)
            OR EXISTS (
                SELECT FROM modules m JOIN lecture_module lm ON lm.module_id = m.id
                WHERE EXISTS (SELECT FROM attendance a WHERE a.lecture_id = lm.lecture_id AND a.student_id = s.id)
                    OR EXISTS (SELECT FROM walk_in i WHERE i.lecture_id = lm.lecture_id AND i.student_id = s.id)
            )
        );
    END IF;
END $$;

-- Whom somebody may help to make a request: of their departments, and whose full number was said in this transaction.
CREATE OR REPLACE FUNCTION kiosk_helped() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 1 AS $$
#variable_conflict use_column
DECLARE
    said text[] := string_to_array(nullif(current_setting('kiosk.numbers', true), ''), E'\n');
BEGIN
    IF said IS NOT NULL THEN
        RETURN QUERY
        SELECT s.id FROM student s
        WHERE s.number = ANY (said)
            AND s.id IN (SELECT kiosk_people('help')) AND s.id NOT IN (SELECT kiosk_closed());
    END IF;
END $$;

-- The student with this full number, in whoever's reach and locked or not: for the log's row of a refusal, which says of whom it
-- was. It tells any colleague one opaque id, and no row comes with it.
CREATE OR REPLACE FUNCTION kiosk_student_with(full_number text) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT s.id FROM student s
        WHERE s.number = full_number AND EXISTS (
            SELECT FROM staff f WHERE f.id::text = current_setting('kiosk.staff_id', true) AND f.archived_at IS NULL
        )
    );
END $$;

-- Whether somebody may do something everywhere, such as read the whole access log.
CREATE OR REPLACE FUNCTION kiosk_everywhere(wanted text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM kiosk_ways(wanted) AS w WHERE w.width = 'all');
END $$;

-- The departments in which somebody may do something that reaches one department alone.
CREATE OR REPLACE FUNCTION kiosk_departments(wanted text) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 2 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT w.department FROM kiosk_ways(wanted) AS w WHERE w.width = 'department';
END $$;

-- Who waits for an answer to a request: named to whoever answers requests, and nothing else of them.
CREATE OR REPLACE FUNCTION kiosk_asking() RETURNS SETOF integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 20 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT r.student_id FROM student_request r WHERE r.closed_at IS NULL AND kiosk_everywhere('answer');
END $$;

-- The entries whose dispute somebody decides, while nobody has: all that they may set in a register.
CREATE OR REPLACE FUNCTION kiosk_disputed() RETURNS TABLE (lecture_id integer, student_id integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 20 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT d.lecture_id, d.student_id FROM dispute d
    WHERE d.closed_at IS NULL
        AND d.student_id IN (SELECT kiosk_people('decide')) AND d.student_id NOT IN (SELECT kiosk_closed());
END $$;
