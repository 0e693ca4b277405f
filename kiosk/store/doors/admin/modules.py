"""The admin wing's door to modules: every read and write asks for how far it may reach. Knows no student."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, insert, or_, select, true, update
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Participation
from kiosk.domain.permissions import Width
from kiosk.store.doors.admin.lectures import Reach
from kiosk.store.tables.board import lecture, lecture_module, module
from kiosk.store.tables.staff import teaching

_WRITTEN = "code title department participation opens_minutes_before closes_minutes_after late_minutes_after".split()
_COLUMNS = [module.c[name] for name in ("id", *_WRITTEN, "version", "archived_at")]


@dataclass(frozen=True)
class ModuleValues:
    """What a person may write about a module; None leaves the institution's own minutes standing."""

    code: str
    title: str
    department: str
    participation: Participation
    opens_minutes_before: int | None = None
    closes_minutes_after: int | None = None
    late_minutes_after: int | None = None

    def as_row(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _WRITTEN} | {"participation": self.participation.value}


@dataclass(frozen=True)
class Module:
    id: int
    values: ModuleValues
    version: int
    archived_at: datetime | None


def modules_in(session: Session, reach: Reach, *, archived: bool) -> tuple[Module, ...]:
    """The modules a scope reaches, by code."""
    is_archived = module.c.archived_at.is_not(None) if archived else module.c.archived_at.is_(None)
    query = select(*_COLUMNS).where(_reached(reach), is_archived).order_by(module.c.code)
    return tuple(_module(row) for row in session.execute(query))


def count_modules(session: Session, reach: Reach, *, archived: bool) -> int:
    is_archived = module.c.archived_at.is_not(None) if archived else module.c.archived_at.is_(None)
    return session.execute(select(func.count()).select_from(module).where(_reached(reach), is_archived)).scalar_one()


def module_in(session: Session, reach: Reach, module_id: int) -> Module | None:
    """One module, when the scope reaches it."""
    row = session.execute(select(*_COLUMNS).where(module.c.id == module_id, _reached(reach))).first()
    return _module(row) if row else None


def has_code(session: Session, code: str, *, besides: int = 0) -> bool:
    """Whether any module at all has this code: codes are unique across departments."""
    query = select(module.c.id).where(func.lower(module.c.code) == code.lower(), module.c.id != besides)
    return session.execute(query).first() is not None


def add_module(session: Session, values: ModuleValues) -> int:
    made = session.execute(insert(module).values(**values.as_row(), version=1).returning(module.c.id))
    return made.scalar_one()


def change_module(session: Session, reach: Reach, module_id: int, version: int, values: ModuleValues) -> bool:
    """Write the values unless somebody else wrote since `version`, or archived it; whether they were written."""
    return _update(
        session, reach, module_id, [module.c.version == version, module.c.archived_at.is_(None)], values.as_row()
    )


def rename_module(session: Session, reach: Reach, module_id: int, version: int, title: str) -> bool:
    """Write the title unless somebody else wrote since `version`, or archived it; whether it was written."""
    return _update(
        session, reach, module_id, [module.c.version == version, module.c.archived_at.is_(None)], {"title": title}
    )


def set_archived(session: Session, reach: Reach, module_id: int, archived_at: datetime | None) -> bool:
    """Archive or restore; whether that changed anything."""
    differs = module.c.archived_at.is_(None) if archived_at else module.c.archived_at.is_not(None)
    return _update(session, reach, module_id, [differs], {"archived_at": archived_at})


def coming_lectures(session: Session, module_id: int, now: datetime) -> tuple[int, ...]:
    """The lectures of a module that are still to come and not cancelled."""
    query = (
        select(lecture.c.id)
        .distinct()
        .join(lecture_module, lecture_module.c.lecture_id == lecture.c.id)
        .where(lecture_module.c.module_id == module_id, lecture.c.starts_at > now, lecture.c.cancelled_at.is_(None))
    )
    return tuple(session.execute(query).scalars())


def _update(
    session: Session, reach: Reach, module_id: int, conditions: list[ColumnElement[bool]], values: dict[str, Any]
) -> bool:
    query = update(module).where(module.c.id == module_id, _reached(reach), *conditions)
    done = session.execute(query.values(**values, version=module.c.version + 1))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _reached(reach: Reach) -> ColumnElement[bool]:
    scope = reach.scope
    ways = [module.c.department.in_(sorted(scope.departments))] if scope.departments else []
    if scope.has(Width.MODULES):
        ways.append(module.c.id.in_(_led(reach)))
    return true() if scope.everywhere else or_(false(), *ways)


def _led(reach: Reach) -> Select[tuple[int]]:
    """The modules somebody leads today."""
    today = reach.now.astimezone(reach.zone).date()
    return select(teaching.c.module_id).where(
        teaching.c.staff_id == reach.staff_id,
        teaching.c.leads,
        or_(teaching.c.from_on.is_(None), teaching.c.from_on <= today),
        or_(teaching.c.until_on.is_(None), teaching.c.until_on >= today),
    )


def _module(row: Row[Any]) -> Module:
    written = {name: getattr(row, name) for name in _WRITTEN} | {"participation": Participation(row.participation)}
    return Module(row.id, ModuleValues(**written), row.version, row.archived_at)
