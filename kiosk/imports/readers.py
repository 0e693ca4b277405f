"""One reader for each kind of file: what a line would add or change, and what is the matter with it. Writes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kiosk.domain.permissions import Role, clashes
from kiosk.imports.problems import Problem
from kiosk.imports.roles import not_beside, roles_by_login
from kiosk.imports.rows import EnrolmentRow, LectureRow, ModuleRow, Row, StaffRow, StudentRow, TeachingRow, TuteeRow
from kiosk.store.doors.imports.reading import FIELDS, Held, Key, Plain, Staged, plain

if TYPE_CHECKING:
    from kiosk.imports.plan import Plan

ROLE_LASTS = timedelta(days=365)


@dataclass
class Counts:
    lines: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0


class Reader:
    """What the readers of all files share: repeated lines, comparing, counting."""

    kind: str
    name_column = ""

    def __init__(self, plan: "Plan", file: str, counts: Counts) -> None:
        self.plan, self.file, self.counts = plan, file, counts
        self.held = plan.held(self.kind)
        self.seen: dict[tuple[str, Key], tuple[int, int]] = {}

    def changes(self, line: int, row: Any) -> Iterator[Staged]:
        raise NotImplementedError

    def finish(self) -> None:
        """Look at the file as a whole."""

    def note_name(self, cells: Mapping[str, str]) -> None:
        if self.name_column:
            self.plan.name(self.kind, cells.get(self.name_column, ""))

    def problem(self, line: int, column: str, text: str) -> None:
        self.plan.problems.add(Problem(self.file, text, line, column))

    def compared(
        self, line: int, key: Key, given: Mapping[str, Plain], kind: str = "", held: Held | None = None
    ) -> Iterator[Staged]:
        """The change that makes the held thing as given, unless this line was there before."""
        kind = kind or self.kind
        digest = hash(tuple((name, repr(value)) for name, value in given.items()))
        first_line, first_digest = self.seen.setdefault((kind, key), (line, digest))
        if first_line != line:
            if first_digest == digest:
                self.counts.repeated += 1
            else:
                self.problem(line, "", f"is about the same as line {first_line} and says something else.")
            return
        if held is None:
            self.counts.added += 1
            yield Staged(kind, line, "add", key, {}, given)
            return
        was = {
            name: value
            for name, value in zip(FIELDS[kind], held.values, strict=True)
            if name in given and given[name] != value
        }
        if was:
            self.counts.changed += 1
            yield Staged(kind, line, "change", key, was, {name: given[name] for name in was})
        else:
            self.counts.unchanged += 1

    def only(self, key: Key) -> Held | None:
        found = self.held.get(key)
        return found[-1] if found else None

    def known(self, line: int, column: str, kind: str, name: str) -> None:
        """Add a problem unless the thing exists, or the files before this one add it."""
        if not self.plan.knows(kind, name):
            self.problem(line, column, f"is neither in Kiosk nor in {kind}.csv.")
        elif kind == "modules":
            found = self.plan.held(kind).get((name,))
            if found and found[0].extra[1] is not None:
                self.problem(line, column, "names an archived module. Bring it back first.")


def _given(row: Row, kind: str) -> dict[str, Plain]:
    """The fields which the file has columns for."""
    return {name: plain(getattr(row, name)) for name in FIELDS[kind] if name in row.model_fields_set}


class ModuleReader(Reader):
    kind = "modules"
    name_column = "code"

    def changes(self, line: int, row: ModuleRow) -> Iterator[Staged]:
        self.plan.name("modules", row.code)
        yield from self.compared(line, (row.code,), _given(row, "modules"), held=self.only((row.code,)))


class StudentReader(Reader):
    kind = "students"
    name_column = "student_no"

    def __init__(self, plan: "Plan", file: str, counts: Counts) -> None:
        super().__init__(plan, file, counts)
        self.owners: dict[str, Key] = {str(found[0].values[0]): key for key, found in self.held.items()}
        self.logins: dict[str, tuple[Key, int]] = {}

    def changes(self, line: int, row: StudentRow) -> Iterator[Staged]:
        key = (row.student_no,)
        self.plan.name("students", row.student_no)
        first, first_line = self.logins.setdefault(row.login, (key, line))
        if first != key:
            self.problem(line, "login", f"is another student's, in line {first_line}.")
        yield from self.compared(line, key, _given(row, "students"), held=self.only(key))

    def finish(self) -> None:
        # At the end, since two students may exchange their logins in one file.
        for login, (key, line) in self.logins.items():
            owner = self.owners.get(login, key)
            if owner != key and ("students", owner) not in self.seen:
                self.problem(line, "login", "is another student's, who is in Kiosk and not in this file.")


class StaffReader(Reader):
    kind = "staff"
    name_column = "login"

    def __init__(self, plan: "Plan", file: str, counts: Counts) -> None:
        super().__init__(plan, file, counts)
        self.roles = roles_by_login(plan.held("roles"), plan.today)
        self.has_owner = any(Role.DATA_OWNER in held for held in self.roles.values())

    def changes(self, line: int, row: StaffRow) -> Iterator[Staged]:
        self.plan.name("staff", row.login)
        if self.seen.get(("staff", (row.login,))) is None or row.role is None:
            yield from self.compared(line, (row.login,), _given(row, "staff"), held=self.only((row.login,)))
        problem = row.scope_problem(self.plan.today)
        if problem:
            self.problem(line, *problem)
        elif row.role is not None:
            yield from self._role(line, row)

    def _role(self, line: int, row: StaffRow) -> Iterator[Staged]:
        if self.plan.asked_by is not None:
            self.problem(line, "role", "can be given on the command line only: nobody gives roles to themselves.")
            return
        key = (row.login, str(row.role), str(row.scope_kind), row.scope_value)
        grants = self.plan.held("roles").get(key, [])
        latest = grants[-1] if grants else None
        last_day = date.fromisoformat(str(latest.values[0])) if latest else None
        # A role that was given and still holds is left alone; a lapsed one is given anew.
        stays = last_day is not None and (
            last_day >= self.plan.today if row.until_on is None else last_day == row.until_on
        )
        problem = row.role and self._why_not(row.login, row.role, changes=not stays)
        if problem:
            self.problem(line, "role", problem)
        elif row.until_on is not None:
            yield from self.compared(line, key, {"until_on": plain(row.until_on)}, "roles", latest)
        elif stays:
            self.counts.unchanged += 1
        else:
            yield from self.compared(line, key, {"until_on": plain(self.plan.today + ROLE_LASTS)}, "roles")

    def _why_not(self, login: str, role: Role, *, changes: bool) -> str:
        """Why a role can't be given here, or changed, or nothing; from now on it counts as held."""
        others = clashes(role, self.roles[login])
        if others:
            return not_beside(others)
        if role.is_powerful and self.has_owner and changes:
            # What a second person approved is a role with its reach and its last day, and none of them alone.
            approved = (
                "was approved with another reach or last day, and any other " if role in self.roles[login] else ""
            )
            return f"{approved}needs a second person: propose it in the staff area, where a data owner approves it."
        self.roles[login].add(role)
        return ""


class LectureReader(Reader):
    kind = "lectures"

    def __init__(self, plan: "Plan", file: str, counts: Counts) -> None:
        super().__init__(plan, file, counts)
        self.in_rooms: dict[str, list[tuple[str, str, int]]] = {}

    def changes(self, line: int, row: LectureRow) -> Iterator[Staged]:
        problem = row.problem()
        if problem:
            self.problem(line, *problem)
            return
        for code in dict.fromkeys(row.module_codes):
            self.known(line, "module_codes", "modules", code)
        rooms = sorted(set(row.rooms))
        self.plan.rooms_added.update(code for code in rooms if (code,) not in self.plan.held("rooms"))
        given = _given(row, "lectures") | {"places": [list(place) for place in row.places], "rooms": list(rooms)}
        if row.cancelled is None:
            given.pop("cancelled", None)  # left empty: whoever cancelled it by hand has the last word
        for code in [] if row.cancelled else rooms:
            self.in_rooms.setdefault(code, []).append((str(given["starts_at"]), str(given["ends_at"]), line))
        for change in self.compared(line, (row.ref,), given, held=self.only((row.ref,))):
            if self._widens(row, change):
                self.problem(
                    line, "module_codes", "joins what you teach and what you don't: somebody else has to import that."
                )
            yield change

    def _widens(self, row: LectureRow, change: Staged) -> bool:
        """Whether a register that is the asker's, or becomes theirs, gets students they don't teach."""
        was = change.was.get("places")
        places = [*row.places, *(was if isinstance(was, list) else [])] if "places" in change.set else []
        return len({self.plan.asker_teaches(code, group) for code, group in places}) > 1

    def finish(self) -> None:
        clashes = [pair for used in self.in_rooms.values() for pair in _overlaps(used)]
        if clashes:
            lines = ", ".join(f"{first} and {second}" for first, second in clashes[:20])
            more = f" and {len(clashes) - 20:,} pairs more" if len(clashes) > 20 else ""
            self.plan.notices.append(f"{self.file} has sessions in one room at one time: lines {lines}{more}.")


class EnrolmentReader(Reader):
    kind = "enrolments"

    def changes(self, line: int, row: EnrolmentRow) -> Iterator[Staged]:
        self.known(line, "student_no", "students", row.student_no)
        self.known(line, "module_code", "modules", row.module_code)
        key = (row.student_no, row.module_code)
        for change in self.compared(line, key, _given(row, "enrolments"), held=self.only(key)):
            if self.plan.asker_teaches(row.module_code):
                self.problem(line, "module_code", "is a module you teach: somebody else has to import who takes it.")
            yield change


class TeachingReader(Reader):
    kind = "teaching"

    def changes(self, line: int, row: TeachingRow) -> Iterator[Staged]:
        if self.plan.asked_by == row.staff_login:
            self.problem(line, "staff_login", "is your own: somebody else has to import what you teach.")
        self.known(line, "staff_login", "staff", row.staff_login)
        self.known(line, "module_code", "modules", row.module_code)
        key, given = (row.staff_login, row.module_code, row.group), _given(row, "teaching")
        if row.leads is None:
            given.pop("leads", None)  # left empty: whoever said by hand who leads has the last word
        yield from self.compared(line, key, given, held=self.only(key))


class TuteeReader(Reader):
    kind = "tutees"

    def changes(self, line: int, row: TuteeRow) -> Iterator[Staged]:
        if self.plan.asked_by == row.login:
            self.problem(line, "login", "is your own: somebody else has to import whose tutor you are.")
        self.known(line, "login", "staff", row.login)
        self.known(line, "student_no", "students", row.student_no)
        key = (row.login, row.student_no)
        yield from self.compared(line, key, _given(row, "tutees"), held=self.only(key))


def _overlaps(used: Iterable[tuple[str, str, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of lines whose times overlap, each with the latest to end before it."""
    latest_end, latest_line = "", 0
    for starts_at, ends_at, line in sorted(used):
        if latest_line and starts_at < latest_end:
            yield latest_line, line
        if ends_at > latest_end:
            latest_end, latest_line = ends_at, line


READERS: dict[str, type[Reader]] = {
    reader.kind: reader
    for reader in (
        ModuleReader,
        StudentReader,
        StaffReader,
        LectureReader,
        EnrolmentReader,
        TeachingReader,
        TuteeReader,
    )
}
