"""What every act on a register is made of: the act itself, its rows in the access log, its way back. Knows no request."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.acting import Acting
from kiosk.domain.access_log import UNSEEN, Act
from kiosk.domain.corrections import FOR_EVERYBODY, FOR_MANY, Kind, Reason
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import SAYS_NOTHING
from kiosk.store import excuses
from kiosk.store.doors.admin import corrections as door
from kiosk.store.doors.admin import register
from kiosk.store.doors.disputing import left_to_others
from kiosk.store.identity import past_locks

STATUSES = "statuses"


@dataclass(frozen=True)
class Undone:
    """Whose changes were taken back, and whose were not, since somebody has set them anew.

    In numbers it tells of those alone whom the actor sees.
    """

    students: frozenset[int] = field(default=frozenset(), repr=False)
    newer: frozenset[int] = field(default=frozenset(), repr=False)
    seen: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def changed(self) -> int:
        return len(self.students & self.seen)

    @property
    def left(self) -> int:
        return len(self.newer & self.seen)


def do(
    session: Session,
    now: datetime,
    acting: Acting,
    kind: Kind,
    settings: Sequence[door.Setting],
    reason: Reason,
    *,
    decides: bool = False,
) -> tuple[int, set[int]]:
    """One act, and whom it changed. With nothing to change there is none, but for an act that is for everybody."""
    if not settings and kind not in FOR_EVERYBODY:
        return 0, set()
    doing = doing_of(acting, now, kind)
    act_id = door.add_act(session, doing)
    done = door.write(session, doing, act_id, settings, reason, decides=decides)
    _excuse(session, now, acting, settings)
    return act_id, done


def take_back(session: Session, now: datetime, acting: Acting, act_id: int, student_id: int | None) -> Undone:
    """Undo an act, for one student or for all, in the transaction of whoever calls; for one, the caller logs it.

    What was set for everybody is taken back for those too whom the actor does not see.
    """
    viewer = acting.staff.id
    act = register.act_of(session, acting.lecture.id, act_id, viewer)
    seen = set() if act is None else door.touched_by(session, act_id, viewer)
    if student_id is not None:
        return _take_back(session, now, acting, act_id, seen & {student_id}, seen)
    if act is None or act.kind not in FOR_MANY:
        done = _take_back(session, now, acting, act_id, seen, seen)
        note_change(session, now, acting, Permission.REGISTER_SET, done.students, seen)
        return done
    with past_locks(session):
        everybody = door.touched_by(session, act_id, None)
        done = _take_back(session, now, acting, act_id, everybody, seen)
        note_change(session, now, acting, Permission.REGISTER_SET, done.students, seen)
    return done


def take_back_decision(session: Session, now: datetime, acting: Acting, act_id: int, student_id: int) -> bool:
    """Undo what decided a dispute, in the transaction of whoever calls and logs it; False when it was changed since."""
    return bool(_take_back(session, now, acting, act_id, {student_id}, {student_id}, decides=True).changed)


def note_change(
    session: Session,
    now: datetime,
    acting: Acting,
    permission: Permission,
    students: Iterable[int],
    seen: Collection[int],
) -> None:
    """Write down whose statuses an act changed: apart for those whom the actor does not see, and may not read about.

    That nobody who is seen was changed is an answer too, and has its row; so a row with nobody says nothing.
    """
    told, untold = set(students).intersection(seen), set(students).difference(seen)
    thing, outcome = ("lecture", acting.lecture.id), "changed" if told else "unchanged"
    note(session, now, acting.staff, Look(permission, Act.CHANGE, *thing, STATUSES, told, outcome))
    if untold:
        note(session, now, acting.staff, Look(permission, Act.CHANGE, *thing, UNSEEN, untold, "changed"))


def _excuse(session: Session, now: datetime, acting: Acting, settings: Iterable[door.Setting]) -> None:
    """Where a mark was taken away, what was arranged ahead holds again."""
    if any(it.status in SAYS_NOTHING for it in settings):
        by = excuses.By(acting.role.value, acting.staff.id)
        excuses.settle(session, [acting.lecture.id], now, acting.zone, by)


def doing_of(acting: Acting, now: datetime, kind: Kind) -> door.Doing:
    return door.Doing(acting.lecture.id, kind, now, acting.role.value, acting.staff.id)


def _take_back(
    session: Session,
    now: datetime,
    acting: Acting,
    act_id: int,
    whom: Collection[int],
    seen: Collection[int],
    *,
    decides: bool = False,
) -> Undone:
    lecture_id = acting.lecture.id
    whom = whom if decides else set(whom) - left_to_others(session, lecture_id)
    changes = door.undoable(session, act_id, whom)
    came = door.settled_by(session, act_id).intersection(whom)
    held = door.held_of(session, lecture_id, came | {it.student_id for it in changes})
    back = [
        door.Setting(it.student_id, held[it.student_id], it.before)
        for it in changes
        if held[it.student_id].version == it.version
    ]
    set_back = {it.student_id for it in back}
    newer = {it.student_id for it in changes} - set_back
    waiting = [(it, held.get(it, door.NOTHING)) for it in came - newer]
    concerned = set_back | {it for it, _ in waiting}
    if concerned:
        doing = replace(doing_of(acting, now, Kind.UNDO), undoes_id=act_id)
        undo_id = door.add_act(session, doing)
        door.write(session, doing, undo_id, back, Reason.MISTAKE, decides=decides)
        _excuse(session, now, acting, back)
        alone = [door.Setting(it, was, was.status) for it, was in waiting if it not in set_back]
        door.add_changes(session, doing, undo_id, alone, Reason.MISTAKE)
        door.unsettle(session, lecture_id, came - newer)
    return Undone(frozenset(concerned), frozenset(newer), frozenset(seen))
