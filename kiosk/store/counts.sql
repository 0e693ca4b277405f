-- How many were expected at lectures, and how many came: queries that answer with counts alone. `counts.py` runs them on SQLite as
-- they stand, and makes them into functions on PostgreSQL. The lectures of a query are for the same modules and groups, and `:one`
-- is any of them. Whoever disputes an entry is at that lecture neither expected nor there. A locked record is in no count, whoever
-- asks: what goes round as a picture must be what everybody reads who is not named in the lock.

-- kiosk_turnouts
-- Of lectures on days between which nobody's enrolment begins or ends: who is expected is the same at all of them.
WITH expected AS (
    SELECT DISTINCT e.student_id
    FROM lecture_module lm
    JOIN enrolment e ON e.module_id = lm.module_id AND (lm.group_name = '' OR lm.group_name = e.group_name)
    WHERE lm.lecture_id = :one AND :one /* is reached */
        AND (e.from_on IS NULL OR e.from_on <= :day) AND (e.until_on IS NULL OR e.until_on >= :day)
        AND e.student_id NOT IN (SELECT s.id FROM student s WHERE s.left_on < :day)
        AND e.student_id NOT IN (SELECT k.student_id FROM record_lock k WHERE k.lifted_at IS NULL)
), disputed AS (
    SELECT d.lecture_id, d.student_id FROM dispute d WHERE d.lecture_id /* is asked for */ AND d.closed_at IS NULL
), came AS (
    SELECT a.lecture_id, a.status, CASE WHEN a.student_id IN (SELECT x.student_id FROM expected x) THEN 0 ELSE 1 END AS more
    FROM attendance a
    WHERE a.lecture_id /* is asked for */ AND a.status <> 'not_recorded'
        AND a.student_id NOT IN (SELECT k.student_id FROM record_lock k WHERE k.lifted_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM disputed d WHERE d.lecture_id = a.lecture_id AND d.student_id = a.student_id)
)
SELECT l.id AS lecture_id,
    CAST((SELECT count(x.student_id) FROM expected x) + coalesce(sum(c.more), 0)
        - coalesce(sum(CASE WHEN c.status IN (/* excused */) THEN 1 ELSE 0 END), 0)
        - (SELECT count(d.student_id) FROM disputed d
            WHERE d.lecture_id = l.id AND d.student_id IN (SELECT x.student_id FROM expected x)) AS integer) AS expected,
    CAST(coalesce(sum(CASE WHEN c.status IN (/* present */) THEN 1 ELSE 0 END), 0) AS integer) AS there
FROM lecture l LEFT JOIN came c ON c.lecture_id = l.id
WHERE l.id /* is asked for */ AND l.id /* is reached */
GROUP BY l.id

-- kiosk_arrivals
-- Between which of some instants how many came by a code.
SELECT p.place, CAST(count(*) AS integer) AS people
FROM (
    SELECT /* place */ AS place
    FROM attendance a
    WHERE a.lecture_id = :one AND :one /* is reached */ AND a.status IN (/* timed */) AND a.method IN ('qr', 'digits')
        AND a.student_id NOT IN (SELECT k.student_id FROM record_lock k WHERE k.lifted_at IS NULL)
        AND a.student_id NOT IN (SELECT d.student_id FROM dispute d WHERE d.lecture_id = :one AND d.closed_at IS NULL)
) AS p
GROUP BY p.place

-- kiosk_turns
-- The days on which one more or one less is expected: that day, or the one after it.
SELECT t.on_day, t.later
FROM (
    SELECT e.student_id, e.from_on AS on_day, 0 AS later FROM enrolment e WHERE e.from_on IS NOT NULL
    UNION SELECT e.student_id, e.until_on, 1 FROM enrolment e WHERE e.until_on IS NOT NULL
    UNION SELECT s.id, s.left_on, 1 FROM student s WHERE s.left_on IS NOT NULL
) AS t
WHERE :one /* is reached */ AND t.student_id IN (
    SELECT e.student_id
    FROM lecture_module lm
    JOIN enrolment e ON e.module_id = lm.module_id AND (lm.group_name = '' OR lm.group_name = e.group_name)
    WHERE lm.lecture_id = :one
)
GROUP BY t.on_day, t.later
