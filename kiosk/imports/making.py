"""Turns staged changes, which use the files' names for things, into rows with ids, salts and all. Writes nothing."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.domain.codes import CodePolicy, draw_salt
from kiosk.domain.lectures import WindowOverride, WindowPolicy, codes_span
from kiosk.imports.roles import why_not_now
from kiosk.imports.writes import Writes
from kiosk.settings import MasterKeys
from kiosk.store.doors.imports import reading
from kiosk.store.doors.imports.reading import Held, Key, Staged

_WINDOW = ("opens_minutes_before", "closes_minutes_after", "late_minutes_after")


@dataclass(frozen=True)
class Making:
    """What new lectures are made with."""

    zone: ZoneInfo
    codes: CodePolicy
    windows: WindowPolicy
    master: MasterKeys
    draw: Callable[[int], bytes] = secrets.token_bytes


class NotApplied(Exception):
    """Nothing was changed, and why."""


CHANGED = "Kiosk has changed since the dry run. {} Nothing was applied. Run the import again."


class Maker:
    """Turns staged changes, which use the files' names for things, into rows with ids."""

    def __init__(self, session: Session, now: datetime, making: Making, changes: Mapping[str, list[Staged]]) -> None:
        self.session, self.now, self.making, self.changes = session, now, making, changes
        self.writes = Writes()
        self.ids: dict[str, dict[str, int]] = {}
        self.module_windows: dict[str, WindowOverride] = {}
        self._held: dict[str, Mapping[Key, list[Held]]] = {}

    def make(self) -> Writes:
        for kind in ("modules", "students", "staff", "lectures", "enrolments", "teaching", "tutees", "roles"):
            if self.changes.get(kind):
                getattr(self, f"_{kind}")()
        self._settle_codes()
        return self.writes

    def held(self, kind: str) -> Mapping[Key, list[Held]]:
        if kind not in self._held:
            self._held[kind] = reading.held(self.session, kind)
        return self._held[kind]

    def fitting(self, kind: str) -> Iterator[tuple[Staged, Held | None]]:
        """Each change and what it is about, as long as that is as it was at the dry run."""
        for change in self.changes[kind]:
            found = self.held(kind).get(change.key)
            held = found[-1] if found else None
            now_there = dict(zip(reading.FIELDS[kind], held.values, strict=True)) if held else {}
            is_new = change.act == "add"
            # A lapsed role may be given anew beside the old one.
            if (is_new and held and kind != "roles") or (not is_new and not held):
                raise NotApplied(CHANGED.format(f"Line {change.line} of {kind}.csv no longer fits."))
            if any(now_there.get(name) != value for name, value in change.was.items()):
                raise NotApplied(CHANGED.format(f"Line {change.line} of {kind}.csv no longer fits."))
            yield change, None if is_new else held

    def new_ids(self, kind: str, table: str) -> Iterator[int]:
        return iter(reading.reserve_ids(self.session, table, sum(it.act == "add" for it in self.changes[kind])))

    def id_of(self, kind: str, name: str) -> int:
        if name in self.ids.get(kind, {}):
            return self.ids[kind][name]
        found = self.held(kind).get((name,))
        if not found:
            raise NotApplied(CHANGED.format(f"Something that a line names is gone from {kind}."))
        return found[0].id

    def _modules(self) -> None:
        ids = self.new_ids("modules", "module")
        for change, held in self.fitting("modules"):
            if held is None:
                self._add("modules", "module", next(ids), change, code=change.key[0])
            else:
                version = held.extra[0]
                self.writes.update(
                    "module", {"id": held.id, "version": version}, {**change.set, "version": version + 1}
                )

    def _students(self) -> None:
        ids = self.new_ids("students", "student")
        taken = {str(found[0].values[0]) for found in self.held("students").values()}
        for change, held in self.fitting("students"):
            values = _with_days(change.set, "left_on")
            if held is None:
                self._add("students", "student", next(ids), change, number=change.key[0], **values)
                continue
            where = {"id": held.id, **_with_days(change.was, "left_on")}
            if values.get("login") in taken:
                # Two students exchange logins: each first gets one that nobody has.
                aside = f"moving {held.id}"
                self.writes.updates.insert(0, ("student", where, {"login": aside}))
                where = {"id": held.id, "login": aside}
            self.writes.update("student", where, values)

    def _staff(self) -> None:
        ids = self.new_ids("staff", "staff")
        for change, held in self.fitting("staff"):
            if held is None:
                self._add("staff", "staff", next(ids), change, login=change.key[0])
            else:
                self.writes.update("staff", {"id": held.id, **change.was}, change.set)

    def _add(self, kind: str, table: str, new_id: int, change: Staged, **values: Any) -> None:
        self.ids.setdefault(kind, {})[change.key[0]] = new_id
        self.writes.inserts[table].append({"id": new_id, **change.set, **values})

    def _lectures(self) -> None:
        self._rooms()
        self._module_windows()
        ids = self.new_ids("lectures", "lecture")
        for change, held in self.fitting("lectures"):
            if held is None:
                self._add_lecture(next(ids), change)
            else:
                self._change_lecture(change, held)

    def _rooms(self) -> None:
        named = {str(code) for change in self.changes["lectures"] for code in _list(change.set.get("rooms"))}
        new = sorted(code for code in named if (code,) not in self.held("rooms"))
        for code, room_id in zip(new, reading.reserve_ids(self.session, "room", len(new)), strict=True):
            self.ids.setdefault("rooms", {})[code] = room_id
            self.writes.inserts["room"].append({"id": room_id, "code": code, "name": ""})

    def _module_windows(self) -> None:
        held = {
            key[0]: dict(zip(reading.FIELDS["modules"], it[0].values, strict=True))
            for key, it in self.held("modules").items()
        }
        for change in self.changes.get("modules", ()):
            held[change.key[0]] = {**held.get(change.key[0], {}), **change.set}
        self.module_windows = {
            code: WindowOverride(**{name: values.get(name) for name in _WINDOW})  # type: ignore[arg-type]
            for code, values in held.items()
        }

    def _add_lecture(self, lecture_id: int, change: Staged) -> None:
        values = _lecture_values(change.set, self.now)
        modules = _codes_of(change.set["places"])
        values |= self._codes(lecture_id, values["starts_at"], values["ends_at"], modules)
        self.writes.inserts["lecture"].append({"id": lecture_id, "ref": change.key[0], "cancelled_at": None, **values})
        self._link(lecture_id, change)

    def _change_lecture(self, change: Staged, held: Held) -> None:
        version, is_shown = held.extra
        there = dict(zip(reading.FIELDS["lectures"], held.values, strict=True))
        values = _lecture_values(change.set, self.now)
        if change.set.keys() & {"starts_at", "ends_at", "places"} and not is_shown:
            # Once its codes were shown they must stay what they were: claims name them.
            times = _lecture_values({**there, **change.set}, self.now)
            modules = _codes_of(change.set.get("places", there["places"]))
            values |= self._codes(held.id, times["starts_at"], times["ends_at"], modules)
        self.writes.update("lecture", {"id": held.id, "version": version}, {**values, "version": version + 1})
        if "places" in change.set:
            for code, group in _list(there["places"]):
                row = {"lecture_id": held.id, "module_id": self.id_of("modules", code), "group_name": group}
                self.writes.deletes["lecture_module"].append(row)
        if "rooms" in change.set:
            for code in _list(there["rooms"]):
                self.writes.deletes["lecture_room"].append(
                    {"lecture_id": held.id, "room_id": self.id_of("rooms", code)}
                )
        self._link(held.id, change)

    def _link(self, lecture_id: int, change: Staged) -> None:
        for code, group in _list(change.set.get("places")):
            row = {"lecture_id": lecture_id, "module_id": self.id_of("modules", code), "group_name": group}
            self.writes.inserts["lecture_module"].append(row)
        for code in _list(change.set.get("rooms")):
            self.writes.inserts["lecture_room"].append({"lecture_id": lecture_id, "room_id": self.id_of("rooms", code)})

    def _settle_codes(self) -> None:
        """Lectures to come whose modules get another window: no digits may come twice in that one."""
        changed = [
            it.key[0] for it in self.changes.get("modules", ()) if it.act != "add" and it.set.keys() & {*_WINDOW}
        ]
        if not changed:
            return
        self._module_windows()
        made_anew = {where["id"] for table, where, _ in self.writes.updates if table == "lecture"}
        for it in reading.lectures_to_come(self.session, changed, self.now):
            if it.id not in made_anew:
                values = self._codes(it.id, it.starts_at, it.ends_at, it.modules)
                self.writes.update(
                    "lecture", {"id": it.id, "version": it.version}, {**values, "version": it.version + 1}
                )

    def _codes(
        self, lecture_id: int, starts_at: datetime, ends_at: datetime, modules: Iterable[str]
    ) -> dict[str, object]:
        """The key and the salt of a lecture's codes."""
        making = self.making
        overrides = [self.module_windows[code] for code in modules if code in self.module_windows]
        span = codes_span(starts_at, ends_at, making.windows, module_policies=overrides)
        kid = making.master.current
        return {"kid": kid, "salt": draw_salt(making.master.keys[kid], lecture_id, span, making.codes, making.draw)}

    def _enrolments(self) -> None:
        for change, held in self.fitting("enrolments"):
            values = _renamed(_with_days(change.set, "from_on", "until_on"))
            number, code = change.key
            dates = ("from_on", "until_on")
            if held is None:
                ids = {"student_id": self.id_of("students", number), "module_id": self.id_of("modules", code)}
                row = {"group_name": "", "from_on": None, "until_on": None, **values}
                self.writes.inserts["enrolment"].append({**ids, **row})
            else:
                ids = {"student_id": held.extra[0], "module_id": held.extra[1]}
                there = dict(zip(reading.FIELDS["enrolments"], held.values, strict=True))
                row = {**_with_days({name: there[name] for name in dates}, *dates), **values}
                was = _renamed(_with_days(change.was, *dates))
                self.writes.update("enrolment", {**ids, **was}, values)
            self.writes.enrolled[ids["student_id"], ids["module_id"]] = (row["from_on"], row["until_on"])

    def _teaching(self) -> None:
        for change, held in self.fitting("teaching"):
            values = _with_days(change.set, "from_on", "until_on")
            if held is None:
                login, code, group = change.key
                ids = {"staff_id": self.id_of("staff", login), "module_id": self.id_of("modules", code)}
                self.writes.inserts["teaching"].append(
                    {"leads": False, "from_on": None, "until_on": None, **values, **ids, "group_name": group}
                )
            else:
                self.writes.update("teaching", {"id": held.id, **_with_days(change.was, "from_on", "until_on")}, values)

    def _tutees(self) -> None:
        for change, held in self.fitting("tutees"):
            values, days = _with_days(change.set, "from_on", "until_on"), {"from_on": None, "until_on": None}
            login, number = change.key
            if held is None:
                ids = {"staff_id": self.id_of("staff", login), "student_id": self.id_of("students", number)}
                self.writes.inserts["tutee"].append({**days, **values, **ids})
            else:
                self.writes.update("tutee", {"id": held.id, **_with_days(change.was, "from_on", "until_on")}, values)
            self.writes.tutored.add(ids["student_id"] if held is None else held.extra[0])

    def _roles(self) -> None:
        today = self.now.astimezone(self.making.zone).date()
        self.writes.roles_seen = self.held("roles")
        problem = why_not_now(self.held("roles"), self.changes["roles"], today)
        if problem:
            raise NotApplied(CHANGED.format(problem))
        for change, held in self.fitting("roles"):
            values = _with_days(change.set, "until_on")
            if held is None:
                login, role, scope_kind, scope_value = change.key
                row = {"role": role, "scope_kind": scope_kind, "scope_value": scope_value, "from_on": today, **values}
                self.writes.inserts["role_grant"].append({"staff_id": self.id_of("staff", login), **row})
            else:
                self.writes.update("role_grant", {"id": held.id, **_with_days(change.was, "until_on")}, values)


def _with_days(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The same with days as days again: JSON has none."""
    return {
        name: date.fromisoformat(value) if name in names and value is not None else value
        for name, value in values.items()
    }


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    return {"group_name" if name == "group" else name: value for name, value in values.items()}


def _lecture_values(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    values = {name: given[name] for name in ("kind", "mode") if name in given}
    values |= {name: datetime.fromisoformat(given[name]) for name in ("starts_at", "ends_at") if name in given}
    if "cancelled" in given:
        values["cancelled_at"] = now if given["cancelled"] else None
    return values


def _codes_of(places: Any) -> list[str]:
    return [code for code, _ in places]


def _list(value: Any) -> Iterable[Any]:
    return value or ()
