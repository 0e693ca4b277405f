"""What was done to a lecture, and the way back from the newest acts of each kind. Knows no request."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services import control, cover
from kiosk.admin.services.history import History, history_of
from kiosk.admin.services.lectures import Plan, lecture_for, move_lecture, said
from kiosk.domain.lectures import Lecture, Mode
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import lectures as door
from kiosk.store.doors.admin.journal import HistoryRow
from kiosk.store.doors.admin.rooms import codes_of

_KINDS = {name: act.undo or name for name, act in control.ACTS.items()}
"""An act and what takes it back are of one kind, which has the name of the way back."""


@dataclass(frozen=True)
class Seen:
    """A lecture with its history; `rooms` are codes by number."""

    lecture: Lecture
    history: History
    rooms: Mapping[int, str]


@dataclass(frozen=True)
class _Now:
    """A lecture as it is, for whoever asks what still fits."""

    lecture: Lecture
    facts: door.LectureFacts
    covers: frozenset[int]
    at: datetime


def see_history(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int) -> Seen:
    """A lecture's history, for those who may change it.

    Raises:
        NotFound: it is none of theirs.
    """
    lecture = lecture_for(session, staff, Permission.LECTURE_CHANGE, lecture_id, now=now, settings=settings)
    covers = frozenset(it.staff_id for it in door.covers_of(session, lecture_id))
    state = _Now(lecture, door.facts_of(session, lecture_id), covers, now)
    history = history_of(session, "lecture", lecture_id, _kind, lambda row: _fits(state, staff, row))
    numbers = {number for row in history.rows for it in (row.before, row.after) for number in it.get("rooms", ())}
    return Seen(lecture, history, codes_of(session, numbers))


def undo(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, entry_id: int
) -> bool:
    """Take an act back; False when it no longer fits. What this does is an act of its own, in the same history.

    Raises:
        NotFound: the lecture is none of theirs.
    """
    seen = see_history(session, now, settings, staff, lecture_id)
    row = next((row for row in seen.history.rows if row.id == entry_id and entry_id in seen.history.undoable), None)
    if row is None:
        return False
    asked = (session, now, settings, staff, lecture_id)
    if row.act == "lecture moved":
        return move_lecture(*asked, _plan(row.before), door.facts_of(session, lecture_id).version)
    if row.act == "cover named":
        return cover.withdraw_cover(*asked, row.after["staff"])
    if row.act == "cover withdrawn":
        return cover.restore_cover(*asked, row.after["staff"])
    return control.perform(*asked, control.ACTS[row.act].undo)


def _kind(row: HistoryRow) -> Hashable:
    if row.act.startswith("cover "):
        return "cover", row.after["staff"]
    return _KINDS.get(row.act, "plan" if row.act == "lecture moved" else row.act)


def _fits(state: _Now, staff: Staff, row: HistoryRow) -> bool:
    """Whether it is still as the act left it, and there is time for the opposite."""
    lecture, now = state.lecture, state.at
    if row.act == "lecture moved":
        is_as_left = _compared(said(Plan.of(lecture))) == _compared(row.after)
        return is_as_left and now < lecture.ends_at and now < instant(row.before["ends_at"])
    if row.act.startswith("cover "):
        is_named = row.act == "cover named"
        is_as_left = is_named is (row.after["staff"] in state.covers)
        return is_as_left and now < lecture.ends_at and staff.may(Permission.LECTURE_COVER)
    act = control.ACTS.get(row.act)
    way_back = control.ACTS.get(act.undo) if act else None
    return way_back is not None and way_back.fits(lecture, state.facts, now) and staff.may(way_back.permission)


def instant(said_at: str) -> datetime:
    """An instant of the journal's."""
    return datetime.fromisoformat(said_at)


def _compared(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan whose rooms stand in no order."""
    return {**plan, "rooms": set(plan["rooms"])}


def _plan(row: Mapping[str, Any]) -> Plan:
    starts_at, ends_at = (instant(row[name]) for name in ("starts_at", "ends_at"))
    return Plan(starts_at, ends_at, row["kind"], Mode(row["mode"]), tuple(row["rooms"]))
