"""What staff do to a lecture that is on: hold, open, close, cancel, void, each with the way back. Knows no request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.journal import record
from kiosk.admin.services.lectures import lecture_for
from kiosk.domain.lectures import OPENABLE_BEFORE, Lecture, Phase
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import control as kept
from kiosk.store.doors.admin import lectures as door
from kiosk.store.doors.admin import pairing as screens
from kiosk.store.transactions import transaction

VOID_REASONS = {"outage": "Check-in did not work", "not_held": "It did not take place", "other": "Another reason"}


@dataclass(frozen=True)
class Act:
    """One thing to do to a lecture.

    fits: whether there is anything to do now.
    values: what changes, given the time and the reason.
    write: how it is kept: with the lecture itself, or as a hold of its codes.
    note: what the page says afterwards.
    undo: the act that takes it back.
    """

    permission: Permission
    fits: Callable[[Lecture, door.LectureFacts, datetime], bool]
    values: Callable[[datetime, str], Mapping[str, object]]
    note: str
    undo: str = ""
    write: Callable[[Session, int, Mapping[str, object]], object] = door.change_lecture


def _stands(lecture: Lecture) -> bool:
    return not lecture.cancelled and not lecture.voided


def _may_open(lecture: Lecture, _: door.LectureFacts, now: datetime) -> bool:
    is_near = lecture.starts_at - OPENABLE_BEFORE <= now < lecture.ends_at
    return _stands(lecture) and is_near and lecture.phase(now) is not Phase.OPEN


ACTS: Mapping[str, Act] = {
    "hold": Act(
        Permission.LECTURE_CONTROL,
        lambda lecture, _, now: lecture.phase(now) is Phase.OPEN and lecture.hold_at(now) is None,
        lambda now, _: {"held_at": now},
        "The code is held. It stays as it is until you release it, for 15 minutes at most.",
        undo="release",
        write=kept.hold_codes,
    ),
    "release": Act(
        Permission.LECTURE_CONTROL,
        lambda lecture, _, now: lecture.hold_at(now) is not None,
        lambda now, _: {"released_at": now},
        "The code is released and changes again.",
        write=kept.release_codes,
    ),
    "open": Act(
        Permission.LECTURE_CONTROL,
        _may_open,
        lambda now, _: {"opened_at": now},
        "Check-in is open.",
        undo="undo-open",
    ),
    "undo-open": Act(
        Permission.LECTURE_CONTROL,
        lambda _, facts, now: facts.opened_at is not None,
        lambda now, _: {"opened_at": None},
        "Check-in keeps to the timetable again.",
    ),
    "close": Act(
        Permission.LECTURE_CONTROL,
        lambda lecture, _, now: lecture.phase(now) is Phase.OPEN,
        lambda now, _: {"closed_at": now},
        "Check-in is closed.",
        undo="undo-close",
    ),
    "undo-close": Act(
        Permission.LECTURE_CONTROL,
        lambda _, facts, now: facts.closed_at is not None,
        lambda now, _: {"closed_at": None},
        "Check-in keeps to the timetable again.",
    ),
    "cancel": Act(
        Permission.LECTURE_CHANGE,
        lambda lecture, _, now: _stands(lecture) and now < lecture.ends_at,
        lambda now, _: {"cancelled_at": now},
        "The session is cancelled. It counts for nobody.",
        undo="restore",
    ),
    "restore": Act(
        Permission.LECTURE_CHANGE,
        lambda lecture, _, now: lecture.cancelled,
        lambda now, _: {"cancelled_at": None},
        "The session takes place again.",
    ),
    "void": Act(
        Permission.LECTURE_CONTROL,
        lambda lecture, _, now: _stands(lecture) and now >= lecture.opens_at,
        lambda now, reason: {"voided_at": now, "void_reason": reason},
        "The session is void. It counts for nobody.",
        undo="undo-void",
    ),
    "undo-void": Act(
        Permission.LECTURE_CONTROL,
        lambda lecture, _, now: lecture.voided,
        lambda now, _: {"voided_at": None, "void_reason": None},
        "The session counts again.",
    ),
}


def fitting(lecture: Lecture, facts: door.LectureFacts, now: datetime) -> frozenset[str]:
    """The acts there is a reason to offer now."""
    return frozenset(name for name, act in ACTS.items() if act.fits(lecture, facts, now))


@transaction
def perform(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    lecture_id: int,
    name: str,
    reason: str = "",
) -> bool:
    """Do one of ACTS; False when there is nothing to do, as on the second of two taps.

    Raises:
        NotFound: the lecture is none of theirs.
    """
    act = ACTS[name]
    kept.hold_lecture(session, lecture_id)
    lecture = lecture_for(session, staff, act.permission, lecture_id, now=now, settings=settings)
    if not act.fits(lecture, door.facts_of(session, lecture_id), now):
        return False
    values = act.values(now, reason)
    before = kept.values_before(session, lecture_id, values)
    act.write(session, lecture_id, values)
    _record(session, now, staff, act.permission, name, lecture_id, values, before)
    return True


@transaction
def stop_screen(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, ref: str
) -> bool:
    """Take a lecture off one screen, until somebody with the same right lets it show the lecture again."""
    lecture_for(session, staff, Permission.LECTURE_CONTROL, lecture_id, now=now, settings=settings)
    return _stop(session, now, staff, lecture_id, ref)


def _stop(session: Session, now: datetime, staff: Staff, lecture_id: int, ref: str) -> bool:
    if not screens.revoke_screen(session, ref, lecture_id, now):
        if not screens.is_seen(session, ref, lecture_id) or screens.is_stopped(session, ref, lecture_id):
            return False
        screens.stop_screen(session, ref, lecture_id, now)
    _record(session, now, staff, Permission.LECTURE_CONTROL, "stop screen", lecture_id, {"screen": ref})
    return True


def darken(session: Session, now: datetime, staff: Staff, lecture_id: int) -> None:
    """Take a lecture, which they may control, off every screen that shows it; the caller commits."""
    for shown in screens.screens_showing(session, lecture_id, now):
        if not shown.stopped:
            _stop(session, now, staff, lecture_id, shown.ref)


@transaction
def resume_screen(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int, ref: str
) -> bool:
    """Let a screen show the lecture after all."""
    lecture_for(session, staff, Permission.LECTURE_CONTROL, lecture_id, now=now, settings=settings)
    if not (screens.unrevoke_screen(session, ref, lecture_id, now) or screens.unstop_screen(session, ref, lecture_id)):
        return False
    _record(session, now, staff, Permission.LECTURE_CONTROL, "resume screen", lecture_id, {"screen": ref})
    return True


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _record(
    session: Session,
    now: datetime,
    staff: Staff,
    permission: Permission,
    act: str,
    lecture_id: int,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    old, new = ({name: _plain(value) for name, value in values.items()} for values in (before or {}, after))
    record(session, now, staff, permission, act, "lecture", lecture_id, old, new)
