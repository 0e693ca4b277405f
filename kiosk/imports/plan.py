"""Reads an import's files in order and compares them with what Kiosk holds: what would change and what can't be. Writes nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from kiosk.imports.files import Source
from kiosk.imports.problems import Problem, Problems
from kiosk.imports.readers import READERS, Counts
from kiosk.imports.rows import ROWS, in_words
from kiosk.store.doors.imports.reading import Held, Key, Staged

Holdings = Callable[[str], Mapping[Key, list[Held]]]


@dataclass
class Plan:
    """One import's files, read in order: what a file adds is known to those after it."""

    holdings: Holdings
    zone: ZoneInfo
    today: date
    asked_by: str | None = None
    """The login of the member of staff who asks; None is the command line, which alone may give roles."""

    problems: Problems = field(default_factory=Problems)
    counts: dict[str, Counts] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    rooms_added: set[str] = field(default_factory=set)
    _named: dict[str, set[str]] = field(default_factory=dict)
    _held: dict[str, Mapping[Key, list[Held]]] = field(default_factory=dict)

    def read(self, source: Source) -> Iterator[tuple[int, list[Staged]]]:
        """For each line its number and the changes it would make."""
        kind = source.columns.kind
        counts = self.counts[source.name] = Counts()
        self.notices += [f"{source.name} {notice}" for notice in source.notices]
        reader = READERS[kind](self, source.name, counts)
        model = ROWS[kind]
        for line, cells in source.rows(self.problems):
            counts.lines += 1
            try:
                row = model.model_validate(cells, context={"zone": self.zone})
            except ValidationError as found:
                # Counted as named all the same, or each line that names it would be a problem too.
                reader.note_name(cells)
                for details in found.errors(include_url=False, include_input=False):
                    column, text = in_words(details)
                    self.problems.add(Problem(source.name, text, line, column))
                yield line, []
                continue
            yield line, list(reader.changes(line, row))
        reader.finish()

    def held(self, kind: str) -> Mapping[Key, list[Held]]:
        if kind not in self._held:
            self._held[kind] = self.holdings(kind)
        return self._held[kind]

    def name(self, kind: str, name: str) -> None:
        """From now on this thing is known, though it may not be in the database yet."""
        self._named.setdefault(kind, set()).add(name)

    def asker_teaches(self, module: str, group: str | None = None) -> bool:
        """Whether whoever asks is linked to a group of a module (None: to any), or to all of it, on whatever days."""
        return any(code == module and (group is None or linked in ("", group)) for code, linked in self._taught)

    @cached_property
    def _taught(self) -> frozenset[tuple[str, str]]:
        """The modules and groups that whoever asks is linked to."""
        links = self.held("teaching") if self.asked_by is not None else {}
        return frozenset((code, group) for login, code, group in links if login == self.asked_by)

    def knows(self, kind: str, name: str) -> bool:
        return (name,) in self.held(kind) or name in self._named.get(kind, ())
