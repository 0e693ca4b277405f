"""Lectures as staff see, add and move them. The loaders authorize: what somebody may not know is not found. Knows no request."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services.journal import record
from kiosk.domain.codes import SALT_BYTES, draw_salt, has_repeats, lecture_key
from kiosk.domain.lectures import Lecture, Mode, RoomRef
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store import excuses
from kiosk.store.doors import board
from kiosk.store.doors.admin import lectures as door
from kiosk.store.doors.admin import pairing as screens
from kiosk.store.doors.admin.journal import HistoryRow, history_of
from kiosk.store.transactions import transaction

# Whoever stands in may run the session; to move it, or to name the next one, would stretch their own right.
_BY_COVER = {
    Permission.LECTURE_SHOW,
    Permission.LECTURE_CONTROL,
    Permission.HEADCOUNT_SET,
    Permission.REGISTER_READ,
    Permission.REGISTER_SET,
    Permission.WALK_IN_SETTLE,
}


@dataclass(frozen=True)
class Plan:
    """What a lecture is to be. `modules` are pairs of module and group; they stay as they are in a move."""

    starts_at: datetime
    ends_at: datetime
    kind: str
    mode: Mode
    rooms: tuple[int, ...]
    modules: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, lecture: Lecture) -> "Plan":
        """What a lecture is now."""
        rooms = tuple(room.id for room in lecture.rooms)
        return cls(lecture.starts_at, lecture.ends_at, lecture.kind, lecture.mode, rooms)


@dataclass(frozen=True)
class LecturePage:
    """All that a lecture's page says: no person."""

    lecture: Lecture
    facts: door.LectureFacts
    screens: tuple[screens.ShownOn, ...]
    may_change: bool
    may_cover: bool
    may_read_register: bool
    may_see_numbers: bool


@dataclass(frozen=True)
class Clash:
    """A lecture that somebody else changed: as it is now, its version, and their row in the journal."""

    lecture: Lecture
    version: int
    by: HistoryRow | None


@dataclass(frozen=True)
class Widening:
    """The lecture would bring students of what somebody only administers into a register that is their own."""


def reach_of(staff: Staff, permission: Permission, now: datetime, settings: AdminSettings) -> door.Reach:
    """How far a permission goes for somebody now."""
    return door.Reach(
        staff_id=staff.id,
        scope=staff.scope(permission),
        now=now,
        zone=settings.institution.time_zone,
        by_cover=permission in _BY_COVER,
    )


def lecture_for(
    session: Session, staff: Staff, permission: Permission, lecture_id: int, *, now: datetime, settings: AdminSettings
) -> Lecture:
    """A lecture, for somebody whose permission reaches it.

    Raises:
        NotFound: there is none, or it is none of theirs; the answer is the same.
    """
    found = _lecture_within(session, staff, permission, lecture_id, now, settings)
    if found is None:
        raise NotFound
    return found


def lectures_between(
    session: Session,
    staff: Staff,
    permission: Permission,
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    settings: AdminSettings,
) -> tuple[Lecture, ...]:
    """The lectures a permission reaches between two instants."""
    return door.lectures_between(session, reach_of(staff, permission, now, settings), settings.windows, since, until)


def lecture_page(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int
) -> LecturePage:
    lecture = lecture_for(session, staff, Permission.LECTURE_CONTROL, lecture_id, now=now, settings=settings)

    def reaches(permission: Permission) -> bool:
        return _lecture_within(session, staff, permission, lecture_id, now, settings) is not None

    return LecturePage(
        lecture=lecture,
        facts=door.facts_of(session, lecture_id),
        screens=screens.screens_showing(session, lecture_id, now),
        may_change=reaches(Permission.LECTURE_CHANGE),
        may_cover=reaches(Permission.LECTURE_COVER),
        may_read_register=reaches(Permission.REGISTER_READ),
        may_see_numbers=reaches(Permission.AGGREGATE_READ),
    )


def module_choices(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff
) -> tuple[door.ModuleChoice, ...]:
    """The modules and groups somebody may add a lecture for."""
    return door.teachable(session, reach_of(staff, Permission.LECTURE_CHANGE, now, settings))


def room_choices(session: Session) -> tuple[RoomRef, ...]:
    return door.rooms_in_use(session)


@transaction
def add_lecture(session: Session, now: datetime, settings: AdminSettings, staff: Staff, plan: Plan) -> int | Widening:
    """A new lecture; its id.

    Raises:
        NotFound: one of the modules is none of theirs.
    """
    reach, chosen = reach_of(staff, Permission.LECTURE_CHANGE, now, settings), set(plan.modules)
    if not chosen or not chosen <= _places(door.teachable(session, reach)):
        raise NotFound
    own = chosen & _places(door.teachable(session, replace(reach, scope=reach.scope.of_links)))
    if own and own != chosen:
        return Widening()
    values = {**_values(plan), "kid": settings.master.current, "salt": secrets.token_bytes(SALT_BYTES)}
    lecture_id = door.add_lecture(session, plan.modules, plan.rooms, values)
    settle_codes(session, settings, lecture_id)
    excuse(session, now, settings, staff, lecture_id)
    _record(session, now, staff, "lecture added", lecture_id, {}, said(plan))
    return lecture_id


@transaction
def move_lecture(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    lecture_id: int,
    plan: Plan,
    version: int,
) -> bool:
    """Give a lecture another time, place or mode; False when somebody else changed it meanwhile, or it is over.

    Raises:
        NotFound: the lecture is none of theirs.
    """
    old = lecture_for(session, staff, Permission.LECTURE_CHANGE, lecture_id, now=now, settings=settings)
    if now >= old.ends_at or not door.change_lecture(session, lecture_id, _values(plan), version=version):
        return False
    door.set_rooms(session, lecture_id, plan.rooms)
    settle_codes(session, settings, lecture_id)
    excuse(session, now, settings, staff, lecture_id)
    _record(session, now, staff, "lecture moved", lecture_id, said(Plan.of(old)), said(plan))
    return True


def clash_of(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int) -> Clash:
    """What somebody who was overtaken has to know.

    Raises:
        NotFound: the lecture is none of theirs.
    """
    lecture = lecture_for(session, staff, Permission.LECTURE_CHANGE, lecture_id, now=now, settings=settings)
    version = door.facts_of(session, lecture_id).version
    return Clash(lecture, version, next(iter(history_of(session, "lecture", lecture_id)), None))


def excuse(session: Session, now: datetime, settings: AdminSettings, staff: Staff, lecture_id: int) -> None:
    """Bring a changed lecture's register into line with what was arranged with its students; tells nobody of whom."""
    by = excuses.By(staff.role_for(Permission.LECTURE_CHANGE).value, staff.id)
    excuses.settle(session, [lecture_id], now, settings.institution.time_zone, by)


def settle_codes(
    session: Session, settings: AdminSettings, lecture_id: int, draw: Callable[[int], bytes] = secrets.token_bytes
) -> None:
    """Draw another salt if the same digits could come twice, unless a screen has shown the codes already."""
    lecture = board.lecture_by_id(session, lecture_id, settings.windows)
    if lecture is None or door.facts_of(session, lecture_id).first_shown_at is not None:
        return
    span, master = board.span_of_codes(session, lecture_id, settings.windows), settings.master
    if not has_repeats(lecture_key(master.keys[lecture.kid], lecture_id, lecture.salt), *span, settings.codes):
        return
    salt = draw_salt(master.keys[master.current], lecture_id, span, settings.codes, draw)
    door.change_lecture(session, lecture_id, {"salt": salt, "kid": master.current})


def _lecture_within(
    session: Session, staff: Staff, permission: Permission, lecture_id: int, now: datetime, settings: AdminSettings
) -> Lecture | None:
    return door.lecture_within(session, reach_of(staff, permission, now, settings), settings.windows, lecture_id)


def _places(choices: Iterable[door.ModuleChoice]) -> set[tuple[int, str]]:
    return {(choice.id, choice.group) for choice in choices}


def _values(plan: Plan) -> dict[str, object]:
    return {"kind": plan.kind, "starts_at": plan.starts_at, "ends_at": plan.ends_at, "mode": plan.mode.value}


def said(plan: Plan) -> dict[str, object]:
    """A plan in the journal's words."""
    times = {"starts_at": plan.starts_at.isoformat(), "ends_at": plan.ends_at.isoformat()}
    return {**times, "kind": plan.kind, "mode": plan.mode.value, "rooms": list(plan.rooms)}


def _record(
    session: Session,
    now: datetime,
    staff: Staff,
    act: str,
    lecture_id: int,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    record(session, now, staff, Permission.LECTURE_CHANGE, act, "lecture", lecture_id, before, after)
