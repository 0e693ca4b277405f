"""The door to who teaches or leads a module: links are added, changed and ended, never deleted. Knows no student."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.days import Days
from kiosk.store import turns
from kiosk.store.tables.board import lecture_module
from kiosk.store.tables.register import enrolment
from kiosk.store.tables.staff import staff, teaching


@dataclass(frozen=True)
class LinkValues:
    """What a person may write about a link; an empty group is every group, no day is no limit."""

    group_name: str = ""
    leads: bool = False
    from_on: date | None = None
    until_on: date | None = None

    @property
    def days(self) -> Days:
        return Days(self.from_on, self.until_on)

    def as_row(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def is_taken_back(self) -> bool:
        """Whether it reaches no day at all."""
        return self.days.is_empty

    def taken_back(self, on: date) -> "LinkValues":
        """The same without a single day."""
        none = Days.none(on)
        return LinkValues(self.group_name, self.leads, none.from_on, none.until_on)

    def overlaps(self, other: "LinkValues") -> bool:
        """Whether one is about the other's group on one of its days."""
        return self.group_name == other.group_name and self.days.meets(other.days)


@dataclass(frozen=True)
class Link:
    """That somebody teaches or leads a module."""

    id: int
    staff_id: int
    name: str
    values: LinkValues


def links_of(session: Session, module_id: int) -> tuple[Link, ...]:
    """All links of a module, those who lead first, then by name."""
    columns = [teaching.c[name] for name in ("id", "staff_id", "group_name", "leads", "from_on", "until_on")]
    query = select(*columns, staff.c.name).join(staff, staff.c.id == teaching.c.staff_id)
    rows = session.execute(query.where(teaching.c.module_id == module_id))
    found = [
        Link(row.id, row.staff_id, row.name, LinkValues(row.group_name, row.leads, row.from_on, row.until_on))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda it: (not it.values.leads, it.name.casefold(), it.values.group_name, it.id)))


def link_of(session: Session, module_id: int, link_id: int) -> Link | None:
    """One link, if it is this module's."""
    return next((link for link in links_of(session, module_id) if link.id == link_id), None)


def take_turn(session: Session, module_id: int) -> None:
    """Nobody else says who teaches the module until the transaction is over: whether days meet is looked at after this."""
    turns.take_turn(session, teaching.c.until_on, module_id)


def add_link(session: Session, module_id: int, staff_id: int, values: LinkValues) -> int:
    made = insert(teaching).values(module_id=module_id, staff_id=staff_id, **values.as_row()).returning(teaching.c.id)
    return int(session.execute(made).scalar_one())


def change_link(session: Session, link_id: int, was: LinkValues, values: LinkValues) -> bool:
    """Write the values where it still is as it was; whether it was."""
    same = [teaching.c[name].is_not_distinct_from(value) for name, value in was.as_row().items()]
    done = session.execute(update(teaching).where(teaching.c.id == link_id, *same).values(**values.as_row()))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def groups_of(session: Session, module_id: int) -> tuple[str, ...]:
    """The groups of a module that anything is known of."""
    found: set[str] = set()
    for table in (enrolment, lecture_module, teaching):
        found |= set(session.scalars(select(table.c.group_name).where(table.c.module_id == module_id).distinct()))
    return tuple(sorted(found - {""}))
