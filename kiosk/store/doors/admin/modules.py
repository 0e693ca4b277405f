"""The admin wing's door to modules: every read and write asks for the scope it may reach. Knows no student."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, false, func, insert, select, true, update
from sqlalchemy.orm import Session

from kiosk.domain.lectures import Participation
from kiosk.domain.permissions import Scope
from kiosk.store.tables.board import lecture, lecture_module, module
from kiosk.store.tables.staff import journal, staff

HISTORY_ROWS = 100

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


@dataclass(frozen=True)
class HistoryRow:
    """An act on a module from the journal; `by` is the colleague's name, empty for the import."""

    at: datetime
    by: str
    act: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def modules_in(session: Session, scope: Scope, *, archived: bool) -> tuple[Module, ...]:
    """The modules a scope reaches, by code."""
    is_archived = module.c.archived_at.is_not(None) if archived else module.c.archived_at.is_(None)
    query = select(*_COLUMNS).where(_reached(scope), is_archived).order_by(module.c.code)
    return tuple(_module(row) for row in session.execute(query))


def count_modules(session: Session, scope: Scope, *, archived: bool) -> int:
    is_archived = module.c.archived_at.is_not(None) if archived else module.c.archived_at.is_(None)
    return session.execute(select(func.count()).select_from(module).where(_reached(scope), is_archived)).scalar_one()


def module_in(session: Session, scope: Scope, module_id: int) -> Module | None:
    """One module, when the scope reaches it."""
    row = session.execute(select(*_COLUMNS).where(module.c.id == module_id, _reached(scope))).first()
    return _module(row) if row else None


def has_code(session: Session, code: str, *, besides: int = 0) -> bool:
    """Whether any module at all has this code: codes are unique across departments."""
    query = select(module.c.id).where(func.lower(module.c.code) == code.lower(), module.c.id != besides)
    return session.execute(query).first() is not None


def add_module(session: Session, values: ModuleValues) -> int:
    made = session.execute(insert(module).values(**values.as_row(), version=1).returning(module.c.id))
    return made.scalar_one()


def change_module(session: Session, scope: Scope, module_id: int, version: int, values: ModuleValues) -> bool:
    """Write the values unless somebody else wrote since `version`, or archived it; whether they were written."""
    return _update(
        session, scope, module_id, [module.c.version == version, module.c.archived_at.is_(None)], values.as_row()
    )


def set_archived(session: Session, scope: Scope, module_id: int, archived_at: datetime | None) -> bool:
    """Archive or restore; whether that changed anything."""
    differs = module.c.archived_at.is_(None) if archived_at else module.c.archived_at.is_not(None)
    return _update(session, scope, module_id, [differs], {"archived_at": archived_at})


def coming_lectures(session: Session, module_id: int, now: datetime) -> tuple[int, ...]:
    """The lectures of a module that are still to come and not cancelled."""
    query = (
        select(lecture.c.id)
        .distinct()
        .join(lecture_module, lecture_module.c.lecture_id == lecture.c.id)
        .where(lecture_module.c.module_id == module_id, lecture.c.starts_at > now, lecture.c.cancelled_at.is_(None))
    )
    return tuple(session.execute(query).scalars())


def history_of(session: Session, module_id: int) -> tuple[HistoryRow, ...]:
    """What was done to a module, the newest first; whoever asks has been shown the module itself."""
    query = (
        select(journal.c.at, staff.c.name, journal.c.act, journal.c.before, journal.c.after)
        .join_from(journal, staff, staff.c.id == journal.c.staff_id, isouter=True)
        .where(journal.c.thing == "module", journal.c.thing_id == module_id)
        .order_by(journal.c.id.desc())
        .limit(HISTORY_ROWS)
    )
    return tuple(HistoryRow(row.at, row.name or "", row.act, row.before, row.after) for row in session.execute(query))


def _update(
    session: Session, scope: Scope, module_id: int, conditions: list[ColumnElement[bool]], values: dict[str, Any]
) -> bool:
    query = update(module).where(module.c.id == module_id, _reached(scope), *conditions)
    done = session.execute(query.values(**values, version=module.c.version + 1))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _reached(scope: Scope) -> ColumnElement[bool]:
    if scope.everywhere:
        return true()
    return module.c.department.in_(sorted(scope.departments)) if scope.departments else false()


def _module(row: Row[Any]) -> Module:
    written = {name: getattr(row, name) for name in _WRITTEN} | {"participation": Participation(row.participation)}
    return Module(row.id, ModuleValues(**written), row.version, row.archived_at)
