"""Who looked at a student's record, as the student reads it: by role, with routine looks at one register in one entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.domain.access_log import Act
from kiosk.domain.lectures import Lecture, WindowPolicy
from kiosk.store.doors.own import looks as door
from kiosk.store.transactions import transaction

ROWS = 50
"""How many entries a page has."""


@dataclass(frozen=True)
class Group:
    """Looks of one kind at one thing by one role, the newest first; mostly a single one."""

    looks: tuple[door.Look, ...]

    @property
    def first(self) -> door.Look:
        return self.looks[0]

    @property
    def is_glass(self) -> bool:
        """Whether somebody opened the record without having it in their reach, which is to stand out."""
        return self.first.act is Act.BREAK_GLASS

    @property
    def is_refused(self) -> bool:
        return self.first.outcome == "refused"


@dataclass(frozen=True)
class LookPage:
    """One page, the newest first, with the sessions that entries are about."""

    groups: tuple[Group, ...]
    lectures: Mapping[int, Lecture]
    has_older: bool


@transaction
def look_page(
    session: Session, now: datetime, student_id: int, windows: WindowPolicy, number: int = 0
) -> LookPage | None:
    """One page of who looked, counted from 0; None when there is no such page."""
    groups = grouped(door.looks_of(session, student_id, now))
    shown = groups[number * ROWS : (number + 1) * ROWS]
    if number and not shown:
        return None
    ids = frozenset(it.first.thing_id for it in shown if it.first.thing == "lecture")
    return LookPage(tuple(shown), door.lectures_named(session, ids, windows), len(groups) > (number + 1) * ROWS)


def grouped(looks: Iterable[door.Look]) -> list[Group]:
    """Entries by what they are about, each in the place of its newest. What is no routine stands alone."""
    found: dict[object, list[door.Look]] = {}
    for number, look in enumerate(looks):
        found.setdefault(_kind(look, number), []).append(look)
    return [Group(tuple(some)) for some in found.values()]


def _kind(look: door.Look, number: int) -> object:
    if look.act is not Act.VIEW_ROSTER or look.outcome != "shown":
        return number
    return look.thing, look.thing_id, look.data, look.role, look.scope, look.purpose
