"""Everything that is held about the student who is signed in, as one thing to read or to take away. Imports no Flask.

What it looks like is written down in docs/export.md; tests/checkin/test_export.py compares it with the tables.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.checkin.record import Place, Record, Row, read_record
from kiosk.domain.lectures import Lecture
from kiosk.store.doors.own import export as door
from kiosk.store.doors.own.looks import Look, lectures_named, looks_of
from kiosk.store.doors.own.record import Change, changes_of
from kiosk.store.transactions import transaction

FORMAT = "kiosk-record/1"

Fields = dict[str, Any]


@dataclass(frozen=True)
class Export:
    """All of it, with instants and days as such; and for a page the looks as they are put into words."""

    held: Fields
    looks: tuple[Look, ...]
    lectures: Mapping[int, Lecture]

    def as_json(self, institution: str) -> str:
        """As text: instants in UTC and days as ISO 8601 has them."""
        whole = {"institution": institution, **self.held}
        return json.dumps(whole, ensure_ascii=False, default=_iso)


@transaction
def own_export(session: Session, now: datetime, place: Place, student_id: int) -> Export:
    """Everything, read in one transaction."""
    record = read_record(session, now, place, student_id, ahead=True)
    looks = looks_of(session, student_id, now)
    lectures = lectures_named(session, _through(looks), place.windows) | {
        row.lecture.id: row.lecture for row in record.rows
    }
    described = {number: _session(lecture) for number, lecture in lectures.items()}
    held = {
        "format": FORMAT,
        "made_at": now,
        "time_zone": str(place.zone),
        "account": door.account_of(session, student_id),
        "password": door.password_of(session, student_id),
        "password_links": door.links_of(session, student_id),
        "settings": door.settings_of(session, student_id),
        "modules": door.modules_of(session, student_id),
        "sums": _sums(record),
        "sessions": _sessions(record, changes_of(session, student_id), described),
        "claims": _about(door.claims_of(session, student_id), described),
        "disputes": _about(door.disputes_of(session, student_id), described),
        "arrangements": door.arrangements_of(session, student_id),
        "requests": door.requests_of(session, student_id),
        "personal_tutor": door.tutors_of(session, student_id),
        "cases": door.cases_of(session, student_id),
        "looks": [_look(it, described) for it in looks],
    }
    return Export(held, looks, lectures)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _session(lecture: Lecture) -> Fields:
    """A session as anybody finds it in the timetable."""
    return {
        "modules": [{"code": it.code, "title": it.title, "group": it.group} for it in lecture.modules],
        "kind": lecture.kind,
        "starts_at": lecture.starts_at,
        "ends_at": lecture.ends_at,
        "mode": lecture.mode.value,
        "rooms": [room.code for room in lecture.rooms],
    }


def _sums(record: Record) -> list[Fields]:
    return [
        {"module": it.code, "present": it.tally.present, "counted": it.tally.recorded, "percent": it.tally.percent}
        for it in record.sums
    ]


def _sessions(record: Record, changes: Iterable[Change], described: Mapping[int, Fields]) -> list[Fields]:
    history: dict[int, list[Fields]] = {}
    for it in changes:
        fields = asdict(it)
        fields["reason_code"] = fields.pop("reason")
        history.setdefault(fields.pop("lecture_id"), []).append(fields)
    return [_row(row, history.get(row.lecture.id, []), described[row.lecture.id]) for row in record.rows]


def _row(row: Row, changes: list[Fields], described: Fields) -> Fields:
    return {
        "session": described,
        "reads": row.reads,
        "is_counted": row.is_counted,
        "is_disputed": row.is_disputed,
        "attendance": asdict(row.recorded) if row.recorded else None,
        "walk_in": asdict(row.walk_in) if row.walk_in else None,
        "changes": changes,
    }


def _about(found: Iterable[Fields], described: Mapping[int, Fields]) -> list[Fields]:
    """Fields with the session they are about in place of its number."""
    return [{"session": described[it.pop("lecture_id")], **it} for it in found]


def _look(look: Look, described: Mapping[int, Fields]) -> Fields:
    fields = asdict(look)
    number = fields.pop("thing_id")
    return {**fields, "session": described.get(number) if look.thing == "lecture" else None}


def _through(looks: Iterable[Look]) -> frozenset[int]:
    return frozenset(it.thing_id for it in looks if it.thing == "lecture")
