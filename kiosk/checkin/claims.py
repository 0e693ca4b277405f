""" "I was here": which session a student means, what they noted there, and what becomes of it. Imports no Flask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from kiosk.checkin.service import enrolled_in, is_same_group
from kiosk.domain.claims import REACHES_BACK, Code, Noted, Proof, is_claimable, shown_at
from kiosk.domain.codes import CodePolicy, lecture_key
from kiosk.domain.lectures import Lecture, Phase, WindowPolicy
from kiosk.store.doors import checkin
from kiosk.store.doors import claims as door
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Rules:
    """What the institution has settled, and the secrets that codes are made from."""

    windows: WindowPolicy
    codes: CodePolicy
    masters: Mapping[str, bytes]
    zone: tzinfo


@dataclass(frozen=True)
class Wish:
    """The session somebody says they were at, when they chose one, and what they noted there."""

    lecture_id: int | None
    noted: Noted


@dataclass(frozen=True)
class Said:
    """It is written down, or something was recorded there before."""

    lecture_id: int


@dataclass(frozen=True)
class NotChosen:
    """Neither a session of theirs nor anything noted."""


@dataclass(frozen=True)
class NoFit:
    """What they noted was on no screen of theirs, or not at the session they chose."""


@dataclass(frozen=True)
class Elsewhere:
    """What they noted was on the screen at another session than the one they chose."""

    lecture: Lecture
    shown_at: datetime


@dataclass(frozen=True)
class StillOpen:
    """They noted it at a session where they can still check in."""

    lecture: Lecture


@dataclass(frozen=True)
class WhichOne:
    """What they noted was on the screen at two sessions of theirs."""

    lectures: tuple[Lecture, ...]


Outcome = Said | NotChosen | NoFit | Elsewhere | StillOpen | WhichOne


@dataclass(frozen=True)
class _Own:
    """A session of one of a student's modules. Expected there: whoever is in its group."""

    lecture: Lecture
    is_expected: bool


@transaction
def claimable(session: Session, now: datetime, student_id: int, rules: Rules) -> tuple[Lecture, ...]:
    """The sessions of which a student can say that they were there, the newest first."""
    return _claimable(session, now, student_id, _own(session, now, student_id, rules))


@transaction
def made_at(session: Session, student_id: int, lecture_id: int) -> datetime | None:
    """When a student said that they were at a session."""
    return door.made_at(session, lecture_id, student_id)


def say(session: Session, now: datetime, student_id: int, wish: Wish, rules: Rules) -> Outcome:
    """Write down what a student says. Whatever was recorded meanwhile stays, and is what they are led to."""
    try:
        return _say(session, now, student_id, wish, rules)
    except door.AlreadyRecorded:
        return _say(session, now, student_id, wish, rules)


@transaction
def _say(session: Session, now: datetime, student_id: int, wish: Wish, rules: Rules) -> Outcome:
    own = _own(session, now, student_id, rules)
    if wish.noted.code is not Code.NONE:
        return _by_what_was_noted(session, now, student_id, wish, own, rules)
    chosen = next((it for it in own if it.lecture.id == wish.lecture_id), None)
    if chosen is None:
        return NotChosen()
    if chosen.lecture.id in door.settled_among(session, student_id, [chosen.lecture.id]):
        return Said(chosen.lecture.id)
    if not chosen.is_expected or not is_claimable(chosen.lecture, now):
        return NotChosen()
    return _write(session, now, student_id, chosen, Proof())


def _by_what_was_noted(
    session: Session, now: datetime, student_id: int, wish: Wish, own: Sequence[_Own], rules: Rules
) -> Outcome:
    fitting = [(it, at) for it in own if (at := _shown_at(it.lecture, wish.noted, now, rules)) is not None]
    named = [(it, at) for it, at in fitting if it.lecture.id == wish.lecture_id] or fitting
    if not named:
        return NoFit()
    if len(named) > 1:
        return WhichOne(tuple(it.lecture for it, _ in named))
    (fit, at) = named[0]
    if wish.lecture_id not in (None, fit.lecture.id):
        return Elsewhere(fit.lecture, at)
    if fit.lecture.phase(now) is Phase.OPEN:
        return StillOpen(fit.lecture)
    if fit.lecture.id in door.settled_among(session, student_id, [fit.lecture.id], wish.noted.code):
        return Said(fit.lecture.id)
    return _write(session, now, student_id, fit, Proof(wish.noted.code, at))


def _write(session: Session, now: datetime, student_id: int, own: _Own, proof: Proof) -> Said:
    door.make_claim(session, own.lecture.id, student_id, proof, now, other_group=not own.is_expected)
    return Said(own.lecture.id)


def _own(session: Session, now: datetime, student_id: int, rules: Rules) -> list[_Own]:
    """The sessions of a student's modules that ended within seven days or have not, and that count."""
    enrolments = checkin.enrolments_of(session, student_id)
    modules = {it.module_id for it in enrolments}
    found = []
    for lecture in door.lectures_since(session, modules, now - REACHES_BACK, now, rules.windows):
        mine = enrolled_in(lecture, enrolments, rules.zone)
        if mine and not lecture.cancelled and not lecture.voided:
            found.append(_Own(lecture, any(is_same_group(lecture, it) for it in mine)))
    return found


def _claimable(session: Session, now: datetime, student_id: int, own: Iterable[_Own]) -> tuple[Lecture, ...]:
    over = [it.lecture for it in own if it.is_expected and is_claimable(it.lecture, now)]
    settled = door.settled_among(session, student_id, [it.id for it in over])
    return tuple(it for it in reversed(over) if it.id not in settled)


def _shown_at(lecture: Lecture, noted: Noted, now: datetime, rules: Rules) -> datetime | None:
    master = rules.masters.get(lecture.kid)
    if master is None:
        return None
    return shown_at(lecture, lecture_key(master, lecture.id, lecture.salt), noted, now, rules.codes)
