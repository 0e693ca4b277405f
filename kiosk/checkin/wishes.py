"""What a student has set for themselves: kept on the server, so that it is the same in every browser. Imports no Flask."""

from sqlalchemy.orm import Session

from kiosk.store.doors import more_time as door
from kiosk.store.transactions import transaction

Wishes = door.Wishes


@transaction
def wishes_of(session: Session, student_id: int) -> Wishes:
    """What a student has set."""
    return door.wishes_of(session, student_id)


@transaction
def keep_wishes(session: Session, student_id: int, wishes: Wishes) -> Wishes:
    """Set all of it; what was set before, to be told and taken back."""
    before = door.wishes_of(session, student_id)
    door.keep_wishes(session, student_id, more_time=wishes.more_time, language=wishes.language)
    return before


@transaction
def keep_language(session: Session, student_id: int, language: str) -> None:
    """Set the language alone."""
    door.keep_wishes(session, student_id, language=language)
