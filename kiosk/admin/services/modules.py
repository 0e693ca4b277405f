"""Making, changing, renaming and archiving modules, each act with its row in the journal. Knows no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.journal import record
from kiosk.admin.services.lectures import reach_of, settle_codes
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import modules as door
from kiosk.store.doors.admin.journal import HistoryRow, history_of
from kiosk.store.doors.admin.modules import Module, ModuleValues
from kiosk.store.transactions import transaction


@dataclass(frozen=True)
class Saved:
    module_id: int


@dataclass(frozen=True)
class CodeTaken:
    """Another module has this code, perhaps one of another department."""


@dataclass(frozen=True)
class NotYourDepartment:
    """The department named is outside the person's scope."""


@dataclass(frozen=True)
class Clash:
    """Somebody else saved in between: the module as it is now, and their row in the journal."""

    module: Module
    by: HistoryRow | None


@dataclass(frozen=True)
class Listed:
    modules: tuple[Module, ...]
    other_count: int
    """How many there are on the other side: archived ones on the list of those in use, and the reverse."""


def list_modules(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, search: str, *, archived: bool
) -> Listed:
    """The modules somebody looks after or leads, those whose code or title has every word of the search."""
    reach = reach_of(staff, Permission.MODULE_READ, now, settings)
    words = search.casefold().split()
    found = door.modules_in(session, reach, archived=archived)
    kept = tuple(m for m in found if all(word in f"{m.values.code} {m.values.title}".casefold() for word in words))
    return Listed(kept, door.count_modules(session, reach, archived=not archived))


def find_module(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    module_id: int,
    permission: Permission = Permission.MODULE_READ,
) -> Module | None:
    """A module that a permission reaches."""
    return door.module_in(session, reach_of(staff, permission, now, settings), module_id)


@transaction
def create(
    session: Session, now: datetime, staff: Staff, values: ModuleValues
) -> Saved | CodeTaken | NotYourDepartment:
    """Make a module in a department of the person's own."""
    if not _may_name(staff, values.department):
        return NotYourDepartment()
    if door.has_code(session, values.code):
        return CodeTaken()
    try:
        module_id = door.add_module(session, values)
    except IntegrityError:  # made by somebody else since the line above
        session.rollback()
        return CodeTaken()
    _note(session, now, staff, "module.create", module_id, {}, values.as_row())
    return Saved(module_id)


@transaction
def change(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    module_id: int,
    version: int,
    values: ModuleValues,
) -> Saved | CodeTaken | NotYourDepartment | Clash | None:
    """Save over `version`; None when there is no such module for this person."""
    reach = reach_of(staff, Permission.MODULE_CHANGE, now, settings)
    module = door.module_in(session, reach, module_id)
    if module is None:
        return None
    if module.version != version or module.archived_at:
        return _clash(session, module)
    if values == module.values:
        return Saved(module_id)
    if not _may_name(staff, values.department):
        return NotYourDepartment()
    if door.has_code(session, values.code, besides=module_id):
        return CodeTaken()
    try:
        if not door.change_module(session, reach, module_id, version, values):
            session.rollback()
            return _clash(session, door.module_in(session, reach, module_id) or module)
    except IntegrityError:
        session.rollback()
        return CodeTaken()
    # With another window other codes could be shown: no digits may come twice in it.
    for lecture_id in door.coming_lectures(session, module_id, now):
        settle_codes(session, settings, lecture_id)
    _note(session, now, staff, "module.change", module_id, *differences(module.values.as_row(), values.as_row()))
    return Saved(module_id)


@transaction
def rename(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int, version: int, title: str
) -> Saved | Clash | None:
    """Give a module another title over `version`; None when there is no such module for this person."""
    reach = reach_of(staff, Permission.MODULE_RENAME, now, settings)
    module = door.module_in(session, reach, module_id)
    if module is None:
        return None
    if module.version != version or module.archived_at:
        return _clash(session, module)
    if title == module.values.title:
        return Saved(module_id)
    if not door.rename_module(session, reach, module_id, version, title):
        session.rollback()
        return _clash(session, door.module_in(session, reach, module_id) or module)
    record(
        session,
        now,
        staff,
        Permission.MODULE_RENAME,
        "module.change",
        "module",
        module_id,
        {"title": module.values.title},
        {"title": title},
    )
    return Saved(module_id)


@transaction
def archive(session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int) -> Module | None:
    """Archive a module; twice is the same as once."""
    return _set_archived(session, now, settings, staff, module_id, now)


@transaction
def restore(session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int) -> Module | None:
    """Put an archived module back in use."""
    return _set_archived(session, now, settings, staff, module_id, None)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, before and after."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def _set_archived(
    session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int, at: datetime | None
) -> Module | None:
    reach = reach_of(staff, Permission.MODULE_CHANGE, now, settings)
    module = door.module_in(session, reach, module_id)
    if module and door.set_archived(session, reach, module_id, at):
        before, after = ({"archived": at is None}, {"archived": at is not None})
        _note(session, now, staff, "module.archive" if at else "module.restore", module_id, before, after)
    return module


def _clash(session: Session, module: Module) -> Clash:
    acts = (row for row in history_of(session, "module", module.id) if not row.act.startswith("link."))
    return Clash(module, next(acts, None))


def _may_name(staff: Staff, department: str) -> bool:
    scope = staff.scope(Permission.MODULE_CHANGE)
    return scope.everywhere or department in scope.departments


def _note(
    session: Session,
    now: datetime,
    staff: Staff,
    act: str,
    module_id: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    record(session, now, staff, Permission.MODULE_CHANGE, act, "module", module_id, before, after)
