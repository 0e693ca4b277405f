"""A module's page: what it is, what was done to it, and the way back from the newest acts. Knows no request."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.admin.permissions import NotFound, Staff
from kiosk.admin.services import links, modules
from kiosk.admin.services.history import History, history_of
from kiosk.domain.lectures import Participation
from kiosk.domain.permissions import Permission
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import modules as door
from kiosk.store.doors.admin.journal import HistoryRow
from kiosk.store.doors.admin.links import Link, LinkValues, links_of
from kiosk.store.doors.admin.modules import Module, ModuleValues


@dataclass(frozen=True)
class Seen:
    """A module as somebody sees it, with what they may do about it."""

    module: Module
    history: History
    coming: int
    may_change: bool
    may_rename: bool
    may_link: bool


def see_module(session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int) -> Seen:
    """A module with its history.

    Raises:
        NotFound: it is none of theirs.
    """

    def reaches(permission: Permission) -> bool:
        return modules.find_module(session, now, settings, staff, module_id, permission) is not None

    module = modules.find_module(session, now, settings, staff, module_id)
    if module is None:
        raise NotFound
    may = {it: reaches(it) for it in (Permission.MODULE_CHANGE, Permission.MODULE_RENAME, Permission.LINK_CHANGE)}
    there = links_of(session, module_id)
    history = history_of(session, "module", module_id, _kind, lambda row: _fits(staff, module, there, row, may))
    return Seen(module, history, len(door.coming_lectures(session, module_id, now)), *may.values())


def undo(session: Session, now: datetime, settings: AdminSettings, staff: Staff, module_id: int, entry_id: int) -> bool:
    """Take an act back; False when it no longer fits. What this does is an act of its own, in the same history.

    Raises:
        NotFound: the module is none of theirs.
    """
    seen = see_module(session, now, settings, staff, module_id)
    row = next((row for row in seen.history.rows if row.id == entry_id and entry_id in seen.history.undoable), None)
    if row is None:
        return False
    asked = (session, now, settings, staff, module_id)
    if row.act.startswith("link."):
        return links.restore(*asked, row.after["link"], _link_values(row.after), _before(row, now, settings))
    if row.act in ("module.archive", "module.restore"):
        act = modules.restore if row.act == "module.archive" else modules.archive
        return act(*asked) is not None
    if not seen.may_change:
        return isinstance(modules.rename(*asked, seen.module.version, row.before["title"]), modules.Saved)
    values = _values({**seen.module.values.as_row(), **row.before})
    return isinstance(modules.change(*asked, seen.module.version, values), modules.Saved)


def _kind(row: HistoryRow) -> Hashable:
    """Acts of one kind are undone one after the other, the newest first."""
    if row.act.startswith("link."):
        return "link", row.after["link"]
    return "archived" if row.act in ("module.archive", "module.restore") else "values"


def _fits(
    staff: Staff, module: Module, there: Collection[Link], row: HistoryRow, may: Mapping[Permission, bool]
) -> bool:
    """Whether it is still as the act left it, and whoever asks may do the opposite."""
    if row.act == "module.archive":
        return may[Permission.MODULE_CHANGE] and module.archived_at is not None
    if module.archived_at is not None:
        return False
    if row.act == "module.restore":
        return may[Permission.MODULE_CHANGE]
    if row.act.startswith("link."):
        return may[Permission.LINK_CHANGE] and row.after["staff"] != staff.id and _is_as_left(there, row)
    now_so = module.values.as_row()
    is_as_left = row.act == "module.change" and all(now_so.get(name) == value for name, value in row.after.items())
    return is_as_left and (
        may[Permission.MODULE_CHANGE] or (may[Permission.MODULE_RENAME] and set(row.after) == {"title"})
    )


def _is_as_left(there: Collection[Link], row: HistoryRow) -> bool:
    return any(it.id == row.after["link"] and it.values == _link_values(row.after) for it in there)


def _before(row: HistoryRow, now: datetime, settings: AdminSettings) -> LinkValues:
    """How a link was before; one that was not there keeps its row, without a single day."""
    if row.act != "link.add":
        return _link_values(row.before)
    return _link_values(row.after).taken_back(settings.institution.day_of(now))


def _link_values(said: Any) -> LinkValues:
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in ("from_on", "until_on")}
    return LinkValues(said["group_name"], said["leads"], **days)


def _values(row: dict[str, Any]) -> ModuleValues:
    named = {it.name: row[it.name] for it in fields(ModuleValues)}
    return ModuleValues(**{**named, "participation": Participation(row["participation"])})
