"""How many were expected at lectures and how many came: counts alone, never a row. Knows no wing's code and no rounding.

On SQLite the queries are run as they stand. On PostgreSQL they are functions of the schema's owner: whoever may see numbers
reads no student's row for that, and is told of the lectures which `aggregate:read` reaches and of no other.

A student whose record is locked is in none of them, whoever asks: the register of everybody who isn't named leaves them out,
and numbers are shown around. One of two numbers that differ would say that somebody is locked.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Date, Integer, Row, bindparam, text
from sqlalchemy.orm import Session

from kiosk.domain.statuses import Status, counts_as_present
from kiosk.store.database import UtcDateTime
from kiosk.store.statements import in_parts

TURNOUTS, ARRIVALS, TURNS = "kiosk_turnouts", "kiosk_arrivals", "kiosk_turns"


def _quoted(*statuses: Status) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


_PRESENT = _quoted(*(status for status in Status if counts_as_present(status)))
_EXCUSED = _quoted(Status.AUTHORISED, Status.EXEMPT, Status.VOID)
_TIMED = _quoted(Status.PRESENT, Status.PRESENT_LATE, Status.PRESENT_REMOTE)

_LOCKED = "SELECT k.student_id FROM record_lock k WHERE k.lifted_at IS NULL"
_ENROLLED = """FROM lecture_module lm
    JOIN enrolment e ON e.module_id = lm.module_id AND (lm.group_name = '' OR lm.group_name = e.group_name)
    WHERE lm.lecture_id = {one} AND {one} {within}"""

# The markers in braces are what each engine calls its parameters; `one` is any of the lectures, which have one audience.
_QUERIES = {
    # Lectures of one audience, between two turns of its enrolments: who is expected is the same at all of them.
    TURNOUTS: f"""
    WITH expected AS (
        SELECT DISTINCT e.student_id {_ENROLLED}
            AND (e.from_on IS NULL OR e.from_on <= {{day}}) AND (e.until_on IS NULL OR e.until_on >= {{day}})
            AND e.student_id NOT IN (SELECT s.id FROM student s WHERE s.left_on <= {{day}})
            AND e.student_id NOT IN ({_LOCKED})
    ), came AS (
        SELECT a.lecture_id, a.status,
            CASE WHEN a.student_id IN (SELECT x.student_id FROM expected x) THEN 0 ELSE 1 END AS more
        FROM attendance a
        WHERE a.lecture_id {{in_lectures}} AND a.status <> '{Status.NOT_RECORDED}' AND a.student_id NOT IN ({_LOCKED})
    )
    SELECT l.id AS lecture_id,
        CAST((SELECT count(x.student_id) FROM expected x) + coalesce(sum(c.more), 0)
            - coalesce(sum(CASE WHEN c.status IN ({_EXCUSED}) THEN 1 ELSE 0 END), 0) AS integer) AS expected,
        CAST(coalesce(sum(CASE WHEN c.status IN ({_PRESENT}) THEN 1 ELSE 0 END), 0) AS integer) AS there
    FROM lecture l LEFT JOIN came c ON c.lecture_id = l.id
    WHERE l.id {{in_lectures}} AND l.id {{within}}
    GROUP BY l.id""",
    # Between which of the edges somebody came by a code.
    ARRIVALS: f"""
    SELECT p.place, CAST(count(*) AS integer) AS people
    FROM (
        SELECT {{place}} AS place
        FROM attendance a
        WHERE a.lecture_id = {{one}} AND {{one}} {{within}} AND a.status IN ({_TIMED}) AND a.method <> 'hand'
            AND a.student_id NOT IN ({_LOCKED})
    ) AS p
    GROUP BY p.place""",
    # The days on which another is expected, or one less: that day, or the one after it.
    TURNS: f"""
    SELECT e.from_on AS on_day, 0 AS later {_ENROLLED} AND e.from_on IS NOT NULL
    UNION SELECT e.until_on, 1 {_ENROLLED} AND e.until_on IS NOT NULL
    UNION SELECT s.left_on, 0 FROM student s
        WHERE s.left_on IS NOT NULL AND s.id IN (SELECT e.student_id {_ENROLLED})""",
}

_RESULTS = {
    TURNOUTS: "lecture_id integer, expected integer, there integer",
    ARRIVALS: "place integer, people integer",
    TURNS: "on_day date, later integer",
}
_ARGUMENTS = {TURNOUTS: "integer[], date", ARRIVALS: "integer, timestamptz[]", TURNS: "integer"}

FUNCTIONS = tuple(f"{name}({arguments})" for name, arguments in _ARGUMENTS.items())
"""The functions as PostgreSQL tells them apart."""


def turnouts(session: Session, lecture_ids: Collection[int], on: date) -> dict[int, tuple[int, int]]:
    """How many were expected, without those who need not come, and how many of them were there; by lecture.

    The lectures are for the same modules and groups, and the same students are enrolled for them on their days as on this one.
    """
    found = {}
    for part in in_parts(lecture_ids):
        for row in _ask(session, TURNOUTS, one=part[0], lectures=part, day=on):
            found[row.lecture_id] = (row.expected, row.there)
    return found


def arrivals(session: Session, lecture_id: int, edges: Sequence[datetime]) -> list[int]:
    """How many came by a code before the first of the edges, between each two, and after the last."""
    found = {row.place: row.people for row in _ask(session, ARRIVALS, one=lecture_id, edges=edges)}
    return [found.get(place, 0) for place in range(len(edges) + 1)]


def turns(session: Session, lecture_id: int) -> list[date]:
    """The days from which on other students are enrolled for a lecture's modules and groups than the day before."""
    return sorted({row.on_day + timedelta(days=row.later) for row in _ask(session, TURNS, one=lecture_id)})


def function_statements() -> Iterator[str]:
    """The statements which make the functions; they need those of `reach.sql`."""
    for name, query in _QUERIES.items():
        body = query.format(
            one="$1[1]" if name == TURNOUTS else "$1",
            day="$2",
            in_lectures="= ANY ($1)",
            place="width_bucket(a.arrived_at, $2)",
            # As an array it is made once; to ask for each row takes seconds.
            within="= ANY (ARRAY(SELECT kiosk_lectures('count')))",
        )
        yield (
            f"CREATE OR REPLACE FUNCTION {name}({_ARGUMENTS[name]}) RETURNS TABLE ({_RESULTS[name]})\n"
            "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$\n"
            f"#variable_conflict use_column\nBEGIN RETURN QUERY {body}; END $$"
        )


def _ask(session: Session, name: str, *, one: int, **more: Any) -> Sequence[Row[Any]]:
    """What a query answers, run as it stands or, where rows are walled, through its function."""
    if session.get_bind().dialect.name == "postgresql":
        asked = {TURNOUTS: "CAST(:lectures AS integer[]), :day", ARRIVALS: ":one, CAST(:edges AS timestamptz[])"}
        query = text(f"SELECT * FROM {name}({asked.get(name, ':one')})")
        return session.execute(query, {"one": one, **more}).all()
    edges = {f"edge_{place}": edge for place, edge in enumerate(more.pop("edges", ()))}
    before = " ".join(f"WHEN a.arrived_at < :{edge} THEN {place}" for place, edge in enumerate(edges))
    place = f"CASE {before} ELSE {len(edges)} END" if edges else "0"
    query = text(
        _QUERIES[name].format(one=":one", day=":day", in_lectures="IN :lectures", within="IS NOT NULL", place=place)
    )
    typed: list[BindParameter[Any]] = [bindparam(edge, type_=UtcDateTime) for edge in edges]
    if name == TURNOUTS:
        typed += [bindparam("lectures", expanding=True), bindparam("day", type_=Date)]
    found = query.bindparams(*typed)
    if name == TURNS:
        return session.execute(found.columns(on_day=Date, later=Integer), {"one": one}).all()
    return session.execute(found, {"one": one, **more, **edges}).all()
