"""Brings registers into line with what was arranged ahead: asks `excuses.sql`. Knows no wing's code and shows no student.

Whenever a lecture, an enrolment or an arrangement changes, and after a mark is taken away, the lectures concerned are settled.
On PostgreSQL that is a function of the schema's owner: whoever changes a lecture learns of nobody whose absence is arranged.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BindParameter, Date, Integer, String, bindparam, func, literal, select, text
from sqlalchemy.orm import Session

from kiosk.store.database import UtcDateTime
from kiosk.store.statements import in_parts
from kiosk.store.tables.board import lecture, lecture_module
from kiosk.store.tables.wishes import arrangement

FUNCTION = "kiosk_excuse(integer[], text, timestamptz, text, integer)"
"""The function as PostgreSQL tells it apart."""

_COVERED, _FUNCTION = "covered", "function"
_END_OF_DAY = "24:00"


@dataclass(frozen=True)
class By:
    """Who made the change that settles; `staff_id` is None when it was nobody on the staff."""

    role: str
    staff_id: int | None = None


def settle(session: Session, lecture_ids: Collection[int], now: datetime, zone: ZoneInfo, by: By) -> None:
    """Make the registers of these lectures say what the agreed arrangements say, in the caller's transaction."""
    for part in in_parts(lecture_ids):
        if session.get_bind().dialect.name == "postgresql":
            asked = literal(list(part), ARRAY(Integer))
            session.execute(select(func.kiosk_excuse(asked, zone.key, now, by.role, by.staff_id)))
        else:
            _settle_here(session, part, now, zone, by)


def lectures_concerned(session: Session, enrolled: Collection[tuple[int, int]]) -> set[int]:
    """The lectures of those modules, in pairs of student and module, for whose student something is agreed."""
    found: set[int] = set()
    for part in in_parts({student_id for student_id, _ in enrolled}):
        agreed = select(arrangement.c.student_id).where(
            arrangement.c.student_id.in_(part), arrangement.c.state == "agreed"
        )
        arranged = set(session.scalars(agreed))
        modules = {module_id for student_id, module_id in enrolled if student_id in arranged}
        query = select(lecture_module.c.lecture_id).where(lecture_module.c.module_id.in_(modules))
        found |= set(session.scalars(query)) if modules else set()
    return found


def _settle_here(session: Session, lecture_ids: Collection[int], now: datetime, zone: ZoneInfo, by: By) -> None:
    candidates, *statements = _statements({"is asked for": "IN :asked"}).values()
    asked = text(candidates).bindparams(bindparam("asked", list(lecture_ids), expanding=True))
    concerned = select(lecture.c.id, lecture.c.starts_at, lecture.c.ends_at).where(
        lecture.c.id.in_(session.scalars(asked).all())
    )
    for row in session.execute(concerned).all():
        values = _times(row.starts_at.astimezone(zone), row.ends_at.astimezone(zone))
        values |= {"lecture": row.id, "now": now, "role": by.role, "staff": by.staff_id}
        for statement in statements:
            named: list[BindParameter[Any]] = [
                bindparam(name, value, _TYPES[name]) for name, value in values.items() if f":{name}" in statement
            ]
            session.execute(text(statement).bindparams(*named))


_TYPES = {
    "lecture": Integer,
    "day": Date,
    "weekday": String,
    "starts": String,
    "ends": String,
    "now": UtcDateTime,
    "role": String,
    "staff": Integer,
}


def _times(starts_at: datetime, ends_at: datetime) -> dict[str, object]:
    ends = f"{ends_at:%H:%M}" if ends_at.date() == starts_at.date() else _END_OF_DAY
    day = starts_at.date()
    return {"day": day, "weekday": str(day.isoweekday()), "starts": f"{starts_at:%H:%M}", "ends": ends}


def function_statements() -> Iterator[str]:
    """The statement which makes the function."""
    candidates, *statements = _statements({"is asked for": "= ANY ($1)"}).values()
    body = "".join(re.sub(r":(?=[a-z])", "its.", it) + ";\n" for it in statements)
    yield _filled(_source()[_FUNCTION], {"candidates": candidates, "statements": body})


def _statements(words: Mapping[str, str]) -> dict[str, str]:
    """The statements by name, the one that finds the candidates first."""
    named = _source()
    given = {_COVERED: named[_COVERED], **words}
    return {name: _filled(body, given) for name, body in named.items() if name not in (_COVERED, _FUNCTION)}


def _filled(body: str, words: Mapping[str, str]) -> str:
    return re.sub(r"/\* (.+?) \*/", lambda it: words[it[1]], body)


@cache
def _source() -> Mapping[str, str]:
    source = files("kiosk.store").joinpath("excuses.sql").read_text("utf-8")
    _, *parts = re.split(r"\n\n-- (.+)\n", source)
    return {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}
