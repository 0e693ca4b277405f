"""From bytes to cells: encodings, separators, headings and limits. Knows no database, and not what a cell means."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from kiosk.imports.problems import Problem, Problems, Unreadable
from kiosk.imports.refused import is_refused

_WORKBOOKS = {b"PK\x03\x04": "an Excel workbook (.xlsx)", b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)"}
_OTHERS = {b"%PDF": "a PDF", b"\x1f\x8b": "a compressed file", b"<htm": "a web page", b"<!DO": "a web page"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (",", ";", "\t")
# Control characters, and those which turn the direction of the text around them.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
_SAVE_AS = "Open it and save it as “CSV UTF-8”."


@dataclass(frozen=True)
class Limits:
    max_bytes: int = 64 * 2**20
    rows: int = 500_000
    columns: int = 100
    cell: int = 2_000
    line_bytes: int = 1_000_000


USUAL = Limits()


@dataclass(frozen=True)
class Columns:
    """What a kind of file holds."""

    kind: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass
class Source:
    """One file whose heading has been read."""

    name: str
    columns: Columns
    lines: int
    notices: list[str] = field(default_factory=list)
    _text: io.TextIOWrapper = field(kw_only=True, repr=False)
    _separator: str = field(kw_only=True, repr=False)
    _limits: Limits = field(kw_only=True, repr=False)
    _heading: tuple[str, ...] = field(kw_only=True)
    _skipped: int = field(kw_only=True)

    def rows(self, problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
        """Each line's number and its cells by column; a line that can't be read goes to `problems`.

        Raises:
            Unreadable: from here on nothing in the file can be told apart.
        """
        places = [(place, name) for place, name in enumerate(self._heading) if name in self.columns.known]
        for number, (line, cells) in enumerate(self._records(), 1):
            if number > self._limits.rows:
                raise Unreadable(too_many_lines(self.name, number, self._limits))
            if not any(cells):
                continue
            problem = self._problem_with(line, cells)
            if problem:
                problems.add(problem)
            else:
                yield line, {name: clean(cells[place]) for place, name in places}

    def close(self) -> None:
        """Leave the bytes to whoever opened them."""
        self._text.detach()

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._text, delimiter=self._separator, strict=True)
        line = 1 + self._skipped
        try:
            for cells in reader:
                if line > 1 + self._skipped:
                    yield line, cells
                line = reader.line_num + 1 + self._skipped
        except csv.Error:
            text = "a quotation mark opens here and is not closed, or a letter follows it. Two in a row stand for one."
            raise Unreadable(Problem(self.name, text, line)) from None

    def _problem_with(self, line: int, cells: Sequence[str]) -> Problem | None:
        expected = len(self._heading)
        if len(cells) < expected or any(cells[expected:]):
            text = f"has {len(cells):,} columns where the heading has {expected}. A separator inside a cell needs quotation marks."
            return Problem(self.name, text, line)
        for name, cell in zip(self._heading, cells, strict=False):
            if len(cell) > self._limits.cell:
                return Problem(self.name, f"is longer than {self._limits.cell:,} characters.", line, name)
            if _UNPRINTABLE.search(cell.strip()):
                return Problem(self.name, "has a character that can't be printed, or a line break.", line, name)
        return None


def open_csv(name: str, raw: BinaryIO, columns: Columns, limits: Limits = USUAL) -> Source:
    """Read a file's encoding, separator and heading.

    Raises:
        Unreadable: it is not a CSV file with the columns this kind needs, or it is too big.
    """
    encoding, lines, notices = _survey(name, raw, limits)
    raw.seek(0)
    text = io.TextIOWrapper(raw, encoding=encoding, newline="")
    try:
        first, skipped = _first_line(text)
        separator = max(_SEPARATORS, key=lambda mark: len(_known(_split(first, mark), columns)))
        heading = _split(first, separator)
        notices += _judge_heading(name, heading, columns, limits, 1 + skipped)
        text.seek(0)
        for _ in range(skipped):
            text.readline()
    except UnicodeDecodeError:
        text.detach()
        raise Unreadable(Problem(name, f"is neither UTF-8 nor Windows-1252. {_SAVE_AS}")) from None
    except BaseException:
        text.detach()
        raise
    return Source(
        name, columns, lines, notices,
        _text=text, _separator=separator, _limits=limits, _heading=tuple(heading), _skipped=skipped,
    )  # fmt: skip


def clean(cell: str) -> str:
    """Without space around it, and composed: an é is one letter however it was typed."""
    stripped = cell.strip()
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def too_many_lines(name: str, lines: int, limits: Limits) -> Problem:
    return Problem(
        name, f"has {lines:,} lines or more; {limits.rows:,} can be read at once. Split it into several imports."
    )


def _survey(name: str, raw: BinaryIO, limits: Limits) -> tuple[str, int, list[str]]:
    """The encoding, the number of lines, and what to say of it: one pass that keeps one line in memory."""
    size = raw.seek(0, io.SEEK_END)
    if size > limits.max_bytes:
        text = f"is larger than {limits.max_bytes // 2**20} MB. Split it into several imports."
        raise Unreadable(Problem(name, text))
    raw.seek(0)
    start = raw.read(4)
    for magic, what in (_WORKBOOKS | _OTHERS).items():
        if start.startswith(magic):
            raise Unreadable(Problem(name, f"is {what}, not a CSV file, whatever its name says. {_SAVE_AS}"))
    if not start:
        raise Unreadable(Problem(name, "is empty."))
    raw.seek(0)
    if start.startswith(_UTF_16):
        return _survey_utf_16(name, raw, limits)
    return _survey_bytes(name, raw, limits)


def _survey_bytes(name: str, raw: BinaryIO, limits: Limits) -> tuple[str, int, list[str]]:
    lines = utf_8_lines = first_other = 0
    while line := raw.readline(limits.line_bytes + 1):
        lines += 1
        if len(line) > limits.line_bytes:
            raise Unreadable(Problem(name, f"is longer than {limits.line_bytes:,} bytes.", lines))
        if b"\0" in line:
            raise Unreadable(Problem(name, f"has NUL bytes in it, which no CSV file has. {_SAVE_AS}", lines))
        if not line.isascii():
            is_utf_8 = _decodes(line, "utf-8")
            utf_8_lines += is_utf_8
            first_other = first_other or (0 if is_utf_8 else lines)
            if not is_utf_8 and not _decodes(line, "cp1252"):
                raise Unreadable(Problem(name, f"is neither UTF-8 nor Windows-1252. {_SAVE_AS}", lines))
    if lines > limits.rows + 1:
        raise Unreadable(too_many_lines(name, lines, limits))
    if first_other and utf_8_lines:
        text = f"is not UTF-8, though other lines are: two files may have been put together. {_SAVE_AS}"
        raise Unreadable(Problem(name, text, first_other))
    if first_other:
        return "cp1252", lines, ["is in Windows-1252, not UTF-8. It was read so; look at a few names with accents."]
    return "utf-8-sig", lines, []


def _survey_utf_16(name: str, raw: BinaryIO, limits: Limits) -> tuple[str, int, list[str]]:
    text = io.TextIOWrapper(raw, encoding="utf-16", newline="")
    lines = 0
    try:
        while line := text.readline(limits.line_bytes + 1):
            lines += 1
            if len(line) > limits.line_bytes:
                raise Unreadable(Problem(name, f"is longer than {limits.line_bytes:,} characters.", lines))
    except UnicodeError:
        raise Unreadable(
            Problem(name, f"begins like UTF-16 and does not go on like it. {_SAVE_AS}", lines + 1)
        ) from None
    finally:
        text.detach()
    if lines > limits.rows + 1:
        raise Unreadable(too_many_lines(name, lines, limits))
    return "utf-16", lines, ["is in UTF-16, not UTF-8. It was read so."]


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _first_line(text: io.TextIOWrapper) -> tuple[str, int]:
    """The heading, and whether a line was skipped: Excel writes "sep=;" above some."""
    first = text.readline()
    if re.fullmatch(r"sep=.\s*", first, re.IGNORECASE):
        return text.readline(), 1
    return first, 0


def _split(line: str, separator: str) -> list[str]:
    cells = next(csv.reader([line], delimiter=separator), [])
    # KnownAs, Known As and known-as are known_as.
    return [re.sub(r"[\s-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", clean(cell)).lower()) for cell in cells]


def _known(heading: Sequence[str], columns: Columns) -> list[str]:
    return [name for name in heading if name in columns.known]


def _judge_heading(name: str, heading: list[str], columns: Columns, limits: Limits, line: int) -> list[str]:
    """What to say of the extra columns; raises for what can't be used."""
    wanted = f"It needs: {', '.join(columns.required)}" + _or_may_have(columns)
    if not _known(heading, columns):
        # Without a heading the first line is a person's: its cells may not be repeated.
        raise Unreadable(Problem(name, f"is not a heading with the names of the columns. {wanted}", line))
    if len(heading) > limits.columns:
        raise Unreadable(Problem(name, f"has {len(heading):,} columns; {limits.columns} can be read.", line))
    while heading and not heading[-1]:
        heading.pop()
    extra = [column for column in heading if column and column not in columns.known]
    refused = [column for column in extra if is_refused(columns.kind, column)]
    if refused:
        text = (
            f"has columns that Kiosk must never hold: {_listed(refused)}. Take them out of the file; nothing was read."
        )
        raise Unreadable(Problem(name, text, line))
    missing = [column for column in columns.required if column not in heading]
    if missing:
        raise Unreadable(Problem(name, f"has no column {', '.join(missing)}. {wanted}", line))
    twice = sorted({column for column in _known(heading, columns) if heading.count(column) > 1})
    if twice:
        raise Unreadable(Problem(name, f"has the column {', '.join(twice)} more than once.", line))
    return [f"has columns that Kiosk doesn't use, and which were left out: {_listed(extra)}."] if extra else []


def _or_may_have(columns: Columns) -> str:
    return f"; it may have: {', '.join(columns.optional)}." if columns.optional else "."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(name[:40] for name in names[:20]) + more


FILES: Mapping[str, Columns] = {
    columns.kind: columns
    for columns in (
        Columns(
            "modules",
            ("code", "title", "department", "participation"),
            ("opens_minutes_before", "closes_minutes_after", "late_minutes_after"),
        ),
        Columns("students", ("student_no", "login", "known_as"), ("left_on",)),
        Columns("staff", ("login", "name", "unit"), ("role", "scope_kind", "scope_value", "until_on")),
        Columns(
            "lectures",
            ("ref", "module_codes", "kind", "starts_at", "ends_at", "rooms", "mode"),
            ("groups", "cancelled"),
        ),
        Columns("enrolments", ("student_no", "module_code"), ("group", "from_on", "until_on")),
        Columns("teaching", ("staff_login", "module_code"), ("group", "leads", "from_on", "until_on")),
        Columns("tutees", ("login", "student_no"), ("from_on", "until_on")),
    )
}
"""In the order in which they are read: who or what is named comes before what names it."""


def kind_of(name: str) -> str | None:
    """Which file this is, by its name: students.csv, Students-2026.csv."""
    stem = re.split(r"[^a-z]", re.split(r"[\\/]", name)[-1].lower(), maxsplit=1)[0]
    return stem if stem in FILES and name.lower().endswith((".csv", ".txt", ".tsv", ".xlsx", ".xls")) else None
