-- What the arrangements that are agreed make of one lecture's register: `excuses.py` runs the statements on SQLite as they stand,
-- and makes them into a function on PostgreSQL, where whoever changes a lecture reads no arrangement. Whoever is covered, and of
-- whom nothing else is recorded, is authorised or exempt; whoever is so and not covered any more is not recorded. Run twice they
-- change nothing. `/* covered */` stands for the students covered, each with the newest of the arrangements that do.

-- covered
SELECT max(a.id) AS arrangement_id, a.student_id
FROM arrangement a
JOIN enrolment e ON e.student_id = a.student_id
JOIN lecture_module lm ON lm.module_id = e.module_id AND (lm.group_name = '' OR lm.group_name = e.group_name)
WHERE lm.lecture_id = :lecture AND a.state = 'agreed' AND a.kind <> 'extension'
    AND a.from_on <= :day AND a.until_on >= :day AND (a.weekdays = '' OR a.weekdays LIKE '%' || :weekday || '%')
    AND (a.from_time IS NULL OR a.from_time < :ends AND a.until_time > :starts)
    AND (e.from_on IS NULL OR e.from_on <= :day) AND (e.until_on IS NULL OR e.until_on >= :day)
GROUP BY a.student_id

-- candidates
SELECT lm.lecture_id
FROM lecture_module lm
JOIN enrolment e ON e.module_id = lm.module_id
JOIN arrangement a ON a.student_id = e.student_id AND a.state = 'agreed' AND a.kind <> 'extension'
WHERE lm.lecture_id /* is asked for */
UNION
SELECT t.lecture_id FROM attendance t WHERE t.lecture_id /* is asked for */ AND t.status IN ('authorised', 'exempt')

-- history of those not covered any more
INSERT INTO attendance_change (lecture_id, student_id, status, set_at, set_by_role, set_by_staff_id, status_before, version)
SELECT t.lecture_id, t.student_id, 'not_recorded', :now, :role, :staff, t.status, t.version + 1
FROM attendance t
WHERE t.lecture_id = :lecture AND t.status IN ('authorised', 'exempt')
    AND t.student_id NOT IN (SELECT c.student_id FROM (/* covered */) AS c)

-- those not covered any more
UPDATE attendance SET status = 'not_recorded', version = version + 1
WHERE lecture_id = :lecture AND status IN ('authorised', 'exempt')
    AND student_id NOT IN (SELECT c.student_id FROM (/* covered */) AS c)

-- history of those covered
INSERT INTO attendance_change (lecture_id, student_id, status, set_at, set_by_role, set_by_staff_id, status_before, version)
SELECT :lecture, a.student_id, a.kind, :now, h.by_role, h.by_staff_id, coalesce(t.status, 'not_recorded'), coalesce(t.version, 0) + 1
FROM (/* covered */) AS c
JOIN arrangement a ON a.id = c.arrangement_id
JOIN arrangement_change h ON h.id = (
    SELECT max(n.id) FROM arrangement_change n WHERE n.arrangement_id = a.id AND n.state = 'agreed'
)
LEFT JOIN attendance t ON t.lecture_id = :lecture AND t.student_id = a.student_id
WHERE t.id IS NULL OR t.status IN ('not_recorded', 'absent') OR t.status IN ('authorised', 'exempt') AND t.status <> a.kind

-- those covered
INSERT INTO attendance (lecture_id, student_id, status, method, other_group, arrived_at, version)
SELECT :lecture, a.student_id, a.kind, 'hand', false, :now, 1
FROM (/* covered */) AS c JOIN arrangement a ON a.id = c.arrangement_id
WHERE true
ON CONFLICT (lecture_id, student_id) DO UPDATE SET status = excluded.status, version = attendance.version + 1
WHERE attendance.status IN ('not_recorded', 'absent')
    OR attendance.status IN ('authorised', 'exempt') AND attendance.status <> excluded.status

-- function
CREATE OR REPLACE FUNCTION kiosk_excuse(wanted integer[], text, timestamptz, text, integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE its record;
BEGIN
    FOR its IN
        SELECT l.id AS lecture, w.starts::date AS day, extract(isodow FROM w.starts)::text AS weekday,
            to_char(w.starts, 'HH24:MI') AS starts,
            CASE WHEN w.ends::date = w.starts::date THEN to_char(w.ends, 'HH24:MI') ELSE '24:00' END AS ends,
            $3 AS now, $4 AS role, $5 AS staff
        FROM lecture l
        CROSS JOIN LATERAL (SELECT l.starts_at AT TIME ZONE $2 AS starts, l.ends_at AT TIME ZONE $2 AS ends) AS w
        WHERE l.id IN (/* candidates */)
    LOOP
        /* statements */
    END LOOP;
END $$
