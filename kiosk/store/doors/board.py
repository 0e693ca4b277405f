"""The board's door, open to every wing: which lectures there are, where and when. Knows no person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import Session

from kiosk.breath import Breathe, hold_breath
from kiosk.domain.codes import Hold
from kiosk.domain.lectures import (
    LONGEST,
    OPENED_BEFORE,
    Lecture,
    Mode,
    ModuleRef,
    RoomRef,
    WindowOverride,
    WindowPolicy,
    check_in_window,
    codes_span,
)
from kiosk.store.statements import in_parts
from kiosk.store.tables.board import hold, lecture, lecture_module, lecture_room, module, room

_KEPT = timedelta(hours=3)
"""How long a lecture is still worth knowing of when it is over and check-in is closed."""
_SOON = timedelta(minutes=15)
"""What is read may be used for minutes, while the database is away."""
_NOTHING_SET = (None, None, None)

_COLUMNS = [
    lecture.c[name]
    for name in ("id ref kind starts_at ends_at mode kid salt opened_at closed_at cancelled_at voided_at").split()
]


def lectures_near(
    session: Session, now: datetime, policy: WindowPolicy, breathe: Breathe = hold_breath
) -> tuple[Lecture, ...]:
    """Every lecture at which check-in may be open now or soon, and what was on or open at most three hours ago.

    There may be thousands: `breathe` is called after each, so that whoever serves others can let them go first.
    """
    widest = widest_windows(session, policy)
    until = now + max(OPENED_BEFORE, timedelta(minutes=widest.opens_minutes_before)) + _SOON
    return lectures_where(session, policy, [is_near(now, until, widest)], breathe)


def is_near(now: datetime, until: datetime, widest: WindowPolicy) -> ColumnElement[bool]:
    """Whether a lecture starts before an instant, and was on or open at most three hours ago."""
    # Opened by hand at its very end, it is open for so long after it.
    since = now - _KEPT - timedelta(minutes=widest.closes_minutes_after)
    # The first of the three is implied by the others. It lets an index find today among ten years.
    began = lecture.c.starts_at >= since - LONGEST
    return and_(began, lecture.c.starts_at < until, lecture.c.ends_at >= since)


def widest_windows(session: Session, policy: WindowPolicy) -> WindowPolicy:
    """The most that any module, or else the institution, has set."""
    modules = [module.c[name] for name in ("opens_minutes_before", "closes_minutes_after", "late_minutes_after")]
    most = session.execute(select(*(func.max(it) for it in modules))).one()
    usual = (policy.opens_minutes_before, policy.closes_minutes_after, policy.late_minutes_after)
    return WindowPolicy(*(max(one or 0, other) for one, other in zip(most, usual, strict=True)))


def lecture_by_id(session: Session, lecture_id: int, policy: WindowPolicy) -> Lecture | None:
    """One lecture, for a wing that has already settled who may see it."""
    return next(iter(lectures_where(session, policy, [lecture.c.id == lecture_id])), None)


def span_of_codes(session: Session, lecture_id: int, policy: WindowPolicy) -> tuple[datetime, datetime]:
    """The first and the last instant at which a lecture's check-in could be open, by the timetable or by any hand."""
    row = session.execute(select(lecture.c.starts_at, lecture.c.ends_at).where(lecture.c.id == lecture_id)).one()
    _, overrides = _modules_of(session, [lecture_id])
    return codes_span(row.starts_at, row.ends_at, policy, module_policies=overrides[lecture_id])


def lectures_where(
    session: Session,
    policy: WindowPolicy,
    conditions: Iterable[ColumnElement[bool]],
    breathe: Breathe = hold_breath,
) -> tuple[Lecture, ...]:
    """The lectures for which all conditions hold, by their start."""
    rows = session.execute(select(*_COLUMNS).where(*conditions).order_by(lecture.c.starts_at, lecture.c.id)).all()
    ids = [row.id for row in rows]
    modules, overrides = _modules_of(session, ids, breathe)
    rooms, holds = _rooms_of(session, ids, breathe), _holds_of(session, ids)
    lectures = []
    for row in rows:
        breathe()
        lectures.append(_lecture(row, policy, modules[row.id], overrides[row.id], rooms[row.id], holds[row.id]))
    return tuple(lectures)


def _modules_of(
    session: Session, ids: Sequence[int], breathe: Breathe = hold_breath
) -> tuple[Mapping[int, list[ModuleRef]], Mapping[int, list[WindowOverride]]]:
    refs: dict[int, list[ModuleRef]] = defaultdict(list)
    overrides: dict[int, list[WindowOverride]] = defaultdict(list)
    link = lecture_module.c
    for part in in_parts(ids):
        breathe()
        query = (
            select(
                link.lecture_id,
                link.group_name,
                module.c.id,
                module.c.code,
                module.c.title,
                module.c.opens_minutes_before,
                module.c.closes_minutes_after,
                module.c.late_minutes_after,
            )
            .join(module, module.c.id == link.module_id)
            .where(link.lecture_id.in_(part))
            .order_by(module.c.code, link.group_name)
        )
        for row in session.execute(query):
            refs[row.lecture_id].append(ModuleRef(row.id, row.code, row.title, row.group_name))
            own = (row.opens_minutes_before, row.closes_minutes_after, row.late_minutes_after)
            if own != _NOTHING_SET:
                overrides[row.lecture_id].append(WindowOverride(*own))
    return refs, overrides


def _rooms_of(session: Session, ids: Sequence[int], breathe: Breathe) -> Mapping[int, list[RoomRef]]:
    refs: dict[int, list[RoomRef]] = defaultdict(list)
    for part in in_parts(ids):
        breathe()
        query = (
            select(lecture_room.c.lecture_id, room.c.id, room.c.code, room.c.name)
            .join(room, room.c.id == lecture_room.c.room_id)
            .where(lecture_room.c.lecture_id.in_(part))
            .order_by(room.c.code)
        )
        for row in session.execute(query):
            refs[row.lecture_id].append(RoomRef(row.id, row.code, row.name))
    return refs


def _holds_of(session: Session, ids: Sequence[int]) -> Mapping[int, list[Hold]]:
    holds: dict[int, list[Hold]] = defaultdict(list)
    for chunk in in_parts(ids):
        query = select(hold.c.lecture_id, hold.c.held_at, hold.c.released_at).order_by(hold.c.held_at)
        for row in session.execute(query.where(hold.c.lecture_id.in_(chunk))):
            holds[row.lecture_id].append(Hold(row.held_at, row.released_at))
    return holds


def _lecture(
    row: Row[Any],
    policy: WindowPolicy,
    modules: list[ModuleRef],
    overrides: list[WindowOverride],
    rooms: list[RoomRef],
    holds: list[Hold],
) -> Lecture:
    window = check_in_window(
        row.starts_at, policy, module_policies=overrides, opened_at=row.opened_at, closed_at=row.closed_at
    )
    return Lecture(
        id=row.id,
        ref=row.ref or "",
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        mode=Mode(row.mode),
        kid=row.kid,
        salt=row.salt,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        late_at=window.late_at,
        holds=tuple(holds),
        cancelled=row.cancelled_at is not None,
        voided=row.voided_at is not None,
        modules=tuple(modules),
        rooms=tuple(rooms),
    )
