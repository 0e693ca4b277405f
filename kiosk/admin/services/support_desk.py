"""The support desk: one student at a time, who stands there and says their full number. Knows no request."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services import limits
from kiosk.admin.services.access_log import Look, note
from kiosk.admin.services.acting import Acting, reaching
from kiosk.admin.services.corrections import decide_claim
from kiosk.admin.services.denials import subjects_of
from kiosk.admin.services.lectures import reach_of
from kiosk.admin.services.many_at_once import settle
from kiosk.admin.services.register import day_of
from kiosk.admin.services.register_acts import note_change, take_back
from kiosk.domain.access_log import Act
from kiosk.domain.claims import Proof
from kiosk.domain.corrections import Kind, Reason, usual_mark
from kiosk.domain.hashes import hash_secret
from kiosk.domain.lectures import OPENABLE_BEFORE, Lecture
from kiosk.domain.permissions import Permission
from kiosk.domain.statuses import DECIDED_ELSEWHERE, SAYS_NOTHING, Status
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import corrections, register
from kiosk.store.doors.admin import support_desk as door
from kiosk.store.doors.admin.lectures import lectures_within
from kiosk.store.doors.disputing import left_to_others
from kiosk.store.transactions import transaction

REACHES_BACK = timedelta(days=7)
"""How long after a session the desk can still record somebody at it."""

RECORDABLE = SAYS_NOTHING | DECIDED_ELSEWHERE | {Status.UNABLE_TO_CHECK_IN}
"""What the desk turns into "present": nothing recorded yet, or a student's own word, who now stands there."""

LOOK_UPS = limits.Limit(60, timedelta(minutes=10))
"""How many numbers one member of staff may look up: more than ever stand at a desk, and no way to go through them all."""

LINK_LASTS = timedelta(minutes=30)
"""How long whoever stands at the desk has to choose a new password."""


@dataclass(frozen=True)
class Offer:
    """One session of the student who stands there. No status: they came without being on its list.

    proof: what there is beside their word, while it waits for a decision.
    """

    lecture: Lecture
    status: Status | None
    act_id: int = 0
    proof: Proof | None = None
    is_disputed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing is recorded that the desk would overrule, and no office decides."""
        return self.status in RECORDABLE and not self.is_disputed


@dataclass(frozen=True)
class Settled:
    """What was to be settled; not done, somebody else has settled it."""

    is_walk_in: bool
    is_done: bool


@dataclass(frozen=True)
class Visitor:
    """The one student who stands there."""

    found: door.Found
    offers: tuple[Offer, ...]


def wait_until(session: Session, now: datetime, settings: AdminSettings, staff: Staff, number: str) -> datetime | None:
    """Count a look-up; until when it is one too many, None when it is not. Whoever was just found costs nothing again."""
    if limits.is_marked(session, now, _found(settings, staff, number), LOOK_UPS):
        return None
    key_hash = limits.key_of(settings.secret_key, "desk", str(staff.id))
    return _refuse(session, now, staff, key_hash, number) if limits.is_over(session, now, key_hash, LOOK_UPS) else None


@transaction
def _refuse(session: Session, now: datetime, staff: Staff, key_hash: str, number: str) -> datetime:
    _note(session, now, staff, Act.DENY, 0, "student by number", subjects_of(session, number), "refused")
    return limits.goes_on_at(session, now, key_hash, LOOK_UPS)


def _found(settings: AdminSettings, staff: Staff, number: str) -> str:
    return limits.key_of(settings.secret_key, "desk-found", f"{staff.id}/{number}")


@transaction
def find(session: Session, now: datetime, settings: AdminSettings, staff: Staff, number: str) -> Visitor | None:
    """Whoever has this number and something to do with the desk's departments; the same None for anybody else."""
    found, offers = _look_up(session, now, settings, staff, number)
    if found is None or not offers:
        _note(session, now, staff, Act.DENY, 0, "student by number", subjects_of(session, number), "refused")
        return None
    limits.mark(session, now, _found(settings, staff, number))
    _note(session, now, staff, Act.SEARCH, 0, "name and sessions", [found.student_id], "shown")
    return Visitor(found, offers)


@transaction
def record(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    number: str,
    lecture_id: int,
    reason: Reason,
) -> bool:
    """Record whoever stands there as present; False when the register has something already.

    Raises:
        NotFound: nobody the desk may see, or no session of theirs.
    """
    found, offer, acting = _visit(session, now, settings, staff, number, lecture_id, Permission.DESK_RECORD)
    if offer.status is None:
        raise NotFound
    held = corrections.held_of(session, lecture_id, [found.student_id]).get(found.student_id, corrections.NOTHING)
    # By the offer, too: a word that nobody has decided on for a week stands, and is nothing to record.
    is_free = held.status in RECORDABLE and offer.status in RECORDABLE
    if not is_free or found.student_id in left_to_others(session, lecture_id):
        return False
    doing = corrections.Doing(lecture_id, Kind.DESK, now, acting.role.value, staff.id)
    setting = corrections.Setting(found.student_id, held, usual_mark(acting.lecture.mode))
    corrections.write(session, doing, corrections.add_act(session, doing), [setting], reason)
    _note(session, now, acting.staff, Act.CHANGE, lecture_id, "status", [found.student_id], "changed")
    return True


@transaction
def settle_arrival(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    number: str,
    lecture_id: int,
    *,
    accepted: bool,
) -> Settled:
    """Take whoever stands there at their word, or not: that they came without being on the list, or could not check in.

    Raises:
        NotFound: as for `record`.
    """
    found, offer, acting = _visit(session, now, settings, staff, number, lecture_id, Permission.WALK_IN_SETTLE)
    if offer.status is None:
        came = corrections.came_of(session, lecture_id, staff.id, found.student_id)
        done = settle(session, now, acting, came, [found.student_id], accepted=accepted)
        return Settled(is_walk_in=True, is_done=bool(done.changed))
    day = day_of(acting.lecture, settings)
    row = register.row_of(session, lecture_id, found.student_id, day, staff.id, now)
    act_id = decide_claim(session, now, acting, row, accepted=accepted) if row else 0
    if act_id:
        note_change(session, now, acting, Permission.WALK_IN_SETTLE, [found.student_id], [found.student_id])
    return Settled(is_walk_in=False, is_done=bool(act_id))


@transaction
def undo(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, number: str, lecture_id: int, act_id: int
) -> bool:
    """Take back what the desk itself did for whoever stands there; False when it was set anew since.

    Raises:
        NotFound: as for `record`, or it was somebody else's act.
    """
    found, offer, acting = _visit(session, now, settings, staff, number, lecture_id, Permission.DESK_RECORD)
    if not act_id or offer.act_id != act_id:
        raise NotFound
    done = take_back(session, now, acting, act_id, found.student_id)
    act, outcome = (Act.CHANGE, "changed") if done.changed else (Act.VIEW_STUDENT, "shown")
    _note(session, now, acting.staff, act, lecture_id, "status", [found.student_id], outcome)
    return bool(done.changed)


@transaction
def restart_sign_in(session: Session, now: datetime, settings: AdminSettings, staff: Staff, number: str) -> str:
    """An address, good once and for half an hour, at which whoever stands there chooses a new password.

    Raises:
        NotFound: nobody the desk may see.
    """
    found, offers = _look_up(session, now, settings, staff, number)
    if not (found and offers):
        raise NotFound
    secret = secrets.token_urlsafe(32)
    _note(session, now, staff, Act.CHANGE, 0, "sign-in link", [found.student_id], "changed")
    door.leave_link(session, found.student_id, hash_secret(secret), now + LINK_LASTS)
    return f"{settings.addresses.checkin}/first-password/{secret}"


def _visit(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    number: str,
    lecture_id: int,
    permission: Permission,
) -> tuple[door.Found, Offer, Acting]:
    """Who stands there, the session they speak of, and the grant by which the desk may act on it."""
    found, offers = _look_up(session, now, settings, staff, number)
    offer = next((it for it in offers if it.lecture.id == lecture_id), None)
    acting = reaching(session, now, settings, staff, permission, lecture_id)
    if found is None or offer is None or acting is None:
        raise NotFound
    return found, offer, acting


def _look_up(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, number: str
) -> tuple[door.Found | None, tuple[Offer, ...]]:
    """Whoever has this number, and their sessions in the desk's departments that are open now or ended within seven days.

    The newest comes first. Whoever has none of them is nobody to the desk.
    """
    found = door.student_by_number(session, number, settings.institution.day_of(now), staff.id)
    if found is None:
        return None, ()
    reach = reach_of(staff, Permission.DESK_RECORD, now, settings)
    near = door.between(now - REACHES_BACK, now + OPENABLE_BEFORE)
    lectures = lectures_within(session, reach, settings.windows, door.concerns(found.student_id), near)
    offers = (_offer(session, now, settings, staff, found, it) for it in reversed(lectures) if now >= it.opens_at)
    return found, tuple(it for it in offers if it is not None)


def _offer(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, found: door.Found, lecture: Lecture
) -> Offer | None:
    row = register.row_of(session, lecture.id, found.student_id, day_of(lecture, settings), staff.id, now)
    if row is not None:
        own = row.act_id if row.act_id and register.is_by(session, row.act_id, staff.id) else 0
        return Offer(lecture, row.status, own, row.proof, row.is_disputed)
    return Offer(lecture, None) if corrections.came_of(session, lecture.id, staff.id, found.student_id) else None


def _note(
    session: Session,
    now: datetime,
    staff: Staff,
    act: Act,
    lecture_id: int,
    data: str,
    subjects: list[int],
    outcome: str,
) -> None:
    thing = "lecture" if lecture_id else "support desk"
    note(session, now, staff, Look(Permission.DESK_RECORD, act, thing, lecture_id, data, subjects, outcome))
