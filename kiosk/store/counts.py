"""Asks `counts.sql` how many were expected and how many came. Knows no wing's code, no rounding, and no student's row.

On PostgreSQL its queries are functions of the schema's owner: whoever may see numbers reads no row for that, and is told of
the lectures which `aggregate:read` reaches and of no other.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Date, Integer, Row, bindparam, func, literal, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from kiosk.domain.statuses import Status, counts_as_present
from kiosk.store.database import UtcDateTime
from kiosk.store.statements import in_parts

TURNOUTS, ARRIVALS, TURNS = "kiosk_turnouts", "kiosk_arrivals", "kiosk_turns"

_STATUSES = {
    "present": [status for status in Status if counts_as_present(status)],
    "excused": [Status.AUTHORISED, Status.EXEMPT, Status.VOID],
    "timed": [Status.PRESENT, Status.PRESENT_LATE, Status.PRESENT_REMOTE],
}
_TAKES = {TURNOUTS: "integer[], date", ARRIVALS: "integer, timestamptz[]", TURNS: "integer"}
_GIVES: dict[str, dict[str, type[TypeEngine[Any]]]] = {
    TURNOUTS: {"lecture_id": Integer, "expected": Integer, "there": Integer},
    ARRIVALS: {"place": Integer, "people": Integer},
    TURNS: {"on_day": Date, "later": Integer},
}

FUNCTIONS = tuple(f"{name}({takes})" for name, takes in _TAKES.items())
"""The functions as PostgreSQL tells them apart."""


def turnouts(session: Session, lecture_ids: Collection[int], on: date) -> dict[int, tuple[int, int]]:
    """How many were expected, without those who need not come, and how many of them were there; by lecture.

    The lectures are for the same modules and groups, and the same students are enrolled for them on their days as on this one.
    """
    found = {}
    for part in in_parts(lecture_ids):
        if _has_functions(session):
            rows = _call(session, TURNOUTS, literal(list(part), ARRAY(Integer)), on)
        else:
            asked: BindParameter[int] = bindparam("lectures", part, expanding=True)
            rows = _run(session, TURNOUTS, asked, bindparam("day", on, Date), one=part[0])
        found.update({row.lecture_id: (row.expected, row.there) for row in rows})
    return found


def arrivals(session: Session, lecture_id: int, edges: Sequence[datetime]) -> list[int]:
    """How many came by a code before the first of the edges, between each two, and after the last."""
    if _has_functions(session):
        rows = _call(session, ARRIVALS, lecture_id, literal(list(edges), ARRAY(UtcDateTime)))
    else:
        named = [bindparam(f"edge_{place}", edge, UtcDateTime) for place, edge in enumerate(edges)]
        before = " ".join(f"WHEN a.arrived_at < :{edge.key} THEN {place}" for place, edge in enumerate(named))
        place = f"CASE {before} ELSE {len(edges)} END" if named else "0"
        rows = _run(session, ARRIVALS, *named, one=lecture_id, place=place)
    found = {row.place: row.people for row in rows}
    return [found.get(place, 0) for place in range(len(edges) + 1)]


def turns(session: Session, lecture_id: int) -> list[date]:
    """The days from which on others are enrolled than the day before, of all students of a lecture's modules and groups."""
    call = _call(session, TURNS, lecture_id) if _has_functions(session) else _run(session, TURNS, one=lecture_id)
    return sorted({row.on_day + timedelta(days=row.later) for row in call})


def function_statements() -> Iterator[str]:
    """The statements which make the functions; they need those of `reach.sql`."""
    # As an array it is made once; to ask for each row takes seconds.
    words = {"is reached": "= ANY (ARRAY(SELECT kiosk_lectures('count')))", "is asked for": "= ANY ($1)"}
    for name, query in _queries().items():
        body = _filled(query, words | {"place": "width_bucket(a.arrived_at, $2)"})
        body = body.replace(":one", "$1[1]" if name == TURNOUTS else "$1").replace(":day", "$2")
        gives = ", ".join(f"{column} {kind.__name__.lower()}" for column, kind in _GIVES[name].items())
        yield (
            f"CREATE OR REPLACE FUNCTION {name}({_TAKES[name]}) RETURNS TABLE ({gives})\n"
            "LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$\n"
            f"#variable_conflict use_column\nBEGIN RETURN QUERY {body}; END $$"
        )


@cache
def _queries() -> Mapping[str, str]:
    source = files("kiosk.store").joinpath("counts.sql").read_text("utf-8")
    _, *parts = re.split(r"^-- (kiosk_\w+)$", source, flags=re.MULTILINE)
    bodies = [re.sub(r"^--.*$", "", part, flags=re.MULTILINE).strip() for part in parts[1::2]]
    return dict(zip(parts[::2], bodies, strict=True))


def _filled(query: str, words: dict[str, str]) -> str:
    statuses = {name: ", ".join(f"'{it}'" for it in some) for name, some in _STATUSES.items()}
    return re.sub(r"/\* (.+?) \*/", lambda it: (statuses | words)[it[1]], query)


def _has_functions(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _call(session: Session, name: str, *arguments: Any) -> Sequence[Row[Any]]:
    columns = getattr(func, name)(*arguments).table_valued(*_GIVES[name])
    return session.execute(select(columns)).all()


def _run(session: Session, name: str, *named: Any, one: int, place: str = "") -> Sequence[Row[Any]]:
    words = {"is reached": "IS NOT NULL", "is asked for": "IN :lectures", "place": place}
    query = text(_filled(_queries()[name], words)).bindparams(*named, one=one)
    return session.execute(query.columns(**_GIVES[name])).all()
