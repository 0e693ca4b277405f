-- What the policies ask before a row is added, and what an entry of the access log follows: functions of the schema's owner,
-- made with those of `reach.sql`.

-- Whether a lecture is a student's at all: expected there on its day, come, or in its register already. Who may set a register
-- adds nobody to it of whom it is nothing, and so shows nobody to themselves.
CREATE OR REPLACE FUNCTION kiosk_concerns(which integer, whom integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    calendar text := nullif(current_setting('kiosk.zone', true), '');
BEGIN
    RETURN EXISTS (SELECT FROM attendance a WHERE a.lecture_id = which AND a.student_id = whom)
        OR EXISTS (SELECT FROM walk_in i WHERE i.lecture_id = which AND i.student_id = whom)
        OR EXISTS (
            SELECT FROM lecture l
            CROSS JOIN LATERAL (SELECT (l.starts_at AT TIME ZONE calendar)::date AS one) AS day
            JOIN lecture_module lm ON lm.lecture_id = l.id
            JOIN enrolment e ON e.module_id = lm.module_id AND (lm.group_name = '' OR lm.group_name = e.group_name)
            WHERE l.id = which AND e.student_id = whom
                AND (e.from_on IS NULL OR e.from_on <= day.one) AND (e.until_on IS NULL OR e.until_on >= day.one)
        );
END $$;

-- The newest entry of the access log, or the newest from before an instant: what the next one follows, and a day's head.
-- Of whom it is, and what it says, is not told.
CREATE OR REPLACE FUNCTION kiosk_log_head(before timestamptz) RETURNS TABLE (id integer, hash varchar, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 1 AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT e.id, e.hash, e.at FROM access_entry e WHERE before IS NULL OR e.at < before ORDER BY e.id DESC LIMIT 1;
END $$;

-- That entry's id, if whoever asks wrote it: the one to which subjects can be added.
CREATE OR REPLACE FUNCTION kiosk_last_written() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT n.id FROM (SELECT e.id, e.staff_id FROM access_entry e ORDER BY e.id DESC LIMIT 1) AS n
        WHERE n.staff_id::text = current_setting('kiosk.staff_id', true)
    );
END $$;
