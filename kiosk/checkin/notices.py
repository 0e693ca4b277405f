"""What a student is told before anything is recorded of them: whether it is required, by which rule. Imports no Flask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.domain.lectures import Lecture, Participation
from kiosk.store.doors import notice as door
from kiosk.store.transactions import question


@dataclass(frozen=True)
class Why:
    """What some sessions' modules require.

    is_first: nothing was recorded yet by what the student did: all of the notice is shown, and afterwards a line.
    """

    modules: tuple[door.Required, ...]
    is_first: bool

    @property
    def codes(self) -> Mapping[Participation, str]:
        """The modules' codes by what they require."""
        found: dict[Participation, list[str]] = {}
        for it in self.modules:
            found.setdefault(it.participation, []).append(it.code)
        return {participation: ", ".join(codes) for participation, codes in found.items()}


@question
def why_at(session: Session, student_id: int, lectures: Iterable[Lecture]) -> Why:
    """What these sessions require, as long as the student needs telling."""
    modules = {module.id for lecture in lectures for module in lecture.modules}
    required = door.required_by(session, modules) if modules else ()
    return Why(required, is_first=not door.has_come(session, student_id))


@question
def required_of(session: Session, student_id: int, today: date) -> tuple[door.Required, ...]:
    """What each of a student's modules requires."""
    return door.required_of(session, student_id, today)
