"""The check-in wing's door to what one student wishes, and to how much longer was agreed with them. Hands out no list of people."""

from dataclasses import dataclass
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.arrangements import Arrangement, Extension, State, When, read_weekdays
from kiosk.store.statements import insert_into
from kiosk.store.tables import register as _register  # noqa: F401 - what the wishes refer to, for the authorizer
from kiosk.store.tables.wishes import arrangement, student_setting


@dataclass(frozen=True)
class Wishes:
    """What a student has set, good in every browser. An empty language: what the browser asks for."""

    more_time: bool = False
    language: str = ""


def wishes_of(session: Session, student_id: int) -> Wishes:
    """What a student has set; for whoever has set nothing, the usual."""
    columns = (student_setting.c.more_time, student_setting.c.language)
    row = session.execute(select(*columns).where(student_setting.c.student_id == student_id)).first()
    return Wishes() if row is None else Wishes(row.more_time, row.language)


def keep_wishes(session: Session, student_id: int, **changed: bool | str) -> None:
    """Write down what a student has set, and leave what is not named as it is."""
    query = insert_into(session, student_setting).values(student_id=student_id, **changed)
    session.execute(query.on_conflict_do_update(index_elements=["student_id"], set_=changed).inline())


def extensions_of(session: Session, student_id: int) -> tuple[Extension, ...]:
    """How much longer was agreed with a student, and for which days."""
    query = select(arrangement).where(
        arrangement.c.student_id == student_id,
        arrangement.c.kind == Arrangement.EXTENSION.value,
        arrangement.c.state == State.AGREED.value,
    )
    return tuple(
        Extension(
            When(row.from_on, row.until_on, read_weekdays(row.weekdays), _time(row.from_time), _time(row.until_time)),
            row.minutes,
        )
        for row in session.execute(query)
    )


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
