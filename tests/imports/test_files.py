"""Bytes that are CSV files, nearly CSV files, and no CSV files at all."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest

from kiosk.imports.files import FILES, USUAL, Limits, Source, kind_of, open_csv
from kiosk.imports.problems import LISTED, Problem, Problems, Unreadable

STUDENTS = "student_no,login,known_as\n"


def opened(content: str | bytes, kind: str = "students", limits: Limits = USUAL) -> Source:
    raw = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    return open_csv(f"{kind}.csv", raw, FILES[kind], limits)


def cells(content: str | bytes, **options: object) -> list[dict[str, str]]:
    problems = Problems()
    rows = [row for _, row in opened(content, **options).rows(problems)]  # type: ignore[arg-type]
    assert not problems.lines()
    return rows


def said_of(content: str | bytes, **options: object) -> str:
    """The one thing that is said of a file: at once, or when its lines are read."""
    problems = Problems()
    try:
        list(opened(content, **options).rows(problems))  # type: ignore[arg-type]
    except Unreadable as found:
        problems.add(found.problem)
    (line,) = problems.lines()
    return line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_name_arrives_whole_in_every_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    content = separator.join(("student_no", "login", "known_as")) + "\r\n" + separator.join(("1", "z", "Zoë Müller"))
    assert cells(content.encode(encoding))[0]["known_as"] == "Zoë Müller"


def test_windows_1252_is_said() -> None:
    assert "Windows-1252" in opened((STUDENTS + "1,z,Zoë\n").encode("cp1252")).notices[0]


def test_headings_may_have_capitals_spaces_and_another_order() -> None:
    assert cells("Known As,Login,Student-No\nAda,ada,1\n") == [{"student_no": "1", "login": "ada", "known_as": "Ada"}]


def test_excels_own_first_line_is_skipped() -> None:
    assert cells("sep=;\nstudent_no;login;known_as\n1;ada;Ada\n")[0]["login"] == "ada"


def test_extra_columns_are_named_and_left_out() -> None:
    source = opened("student_no,login,known_as,email,intake\n1,a,Ada,a@b,2026\n")
    assert "email, intake" in source.notices[0]
    assert list(next(source.rows(Problems()))[1]) == ["student_no", "login", "known_as"]


@pytest.mark.parametrize(
    "column",
    [
        "gender",
        "Date of Birth",
        "visaStatus",
        "VISASTATUS",
        "CAS-Number",
        "nationality",
        "Home address",
        "title",
        "absence_reason",
    ],
)
def test_a_refused_column_stops_the_file_and_is_named(column: str) -> None:
    text = said_of(f"student_no,login,known_as,{column}\n1,a,Ada,x\n")
    assert text.startswith("students.csv, line 1: has columns that Kiosk must never hold: ")
    assert "nothing was read" in text


def test_a_modules_title_is_no_persons_title() -> None:
    assert cells("code,title,department,participation\nC,T,D,policy\n", kind="modules")[0]["title"] == "T"


def test_a_first_line_of_a_person_is_not_repeated() -> None:
    assert "Lovelace" not in said_of("31000001,ada1,Lovelace\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "Excel workbook (.xlsx)"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        ((STUDENTS + "1,a,A\0da\n").encode(), "line 2: has NUL bytes"),
        (
            (STUDENTS + "1,a,Zoë\n").encode() + "2,b,Zoé\n".encode("cp1252"),
            "line 3: is not UTF-8, though other lines are",
        ),
        (STUDENTS.encode() + b"1,a,\x81\n", "line 2: is neither UTF-8 nor Windows-1252"),
        (b"\xff\xfes\x00t", "begins like UTF-16 and does not go on like it"),
        (b"student_no,login\n1,a\n", "has no column known_as"),
        (b"student_no,login,login,known_as\n1,a,b,c\n", "has the column login more than once"),
        (STUDENTS.encode() + b'1,a,"Ada\n2,b,Ben\n', "line 2: a quotation mark opens here"),
        (STUDENTS.encode() + b"1,a\n", "line 2: has 2 columns where the heading has 3"),
        (STUDENTS.encode() + b"1,a,Lovelace,Ada\n", "line 2: has 4 columns where the heading has 3"),
        (STUDENTS.encode() + b"1,a," + b"x" * 2001 + b"\n", "line 2, column known_as: is longer than 2,000 characters"),
        (STUDENTS.encode() + b"1,a," + b"x" * 1_000_001, "line 2: is longer than 1,000,000 bytes"),
        (STUDENTS.encode() + b",".join([b"x"] * 10_000), "line 2: has 10,000 columns where the heading has 3"),
        (STUDENTS.strip().encode() + b",x" * 10_000, "line 1: has 10,003 columns; 100 can be read"),
        ((STUDENTS + "1,a,A\u202eda\n").encode(), "column known_as: has a character that can't be printed"),
        (
            (STUDENTS + '1,a,"A\nda"\n').encode(),
            "line 2, column known_as: has a character that can't be printed, or a line break",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(content: bytes, words: str) -> None:
    assert words in said_of(content)


def test_a_file_of_a_million_lines_is_refused_and_never_held_in_memory() -> None:
    class Long(io.RawIOBase):
        """A million lines that are made as they are read."""

        line = b"31000001,ada,Ada\n"

        def __init__(self) -> None:
            self.place = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, place: int, whence: int = 0) -> int:
            self.place = place if whence == 0 else 1_000_000 * len(self.line)
            return self.place

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            left = 1_000_000 * len(self.line) - self.place
            size = min(len(buffer) // len(self.line) * len(self.line) or len(buffer), left)
            buffer[:size] = (self.line * (size // len(self.line) + 1))[:size]
            self.place += size
            return size

    tracemalloc.start()
    with pytest.raises(Unreadable, match="has 1,000,000 lines or more; 500,000 can be read at once"):
        open_csv("students.csv", io.BufferedReader(Long()), FILES["students"])
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_rows_are_read_one_at_a_time() -> None:
    rows: Iterator[object] = opened(STUDENTS + "1,a,Ada\n" * 10).rows(Problems())
    assert next(rows) == (2, {"student_no": "1", "login": "a", "known_as": "Ada"})


def test_the_first_two_hundred_problems_are_listed_and_the_others_counted() -> None:
    problems = Problems()
    for line in range(1000):
        problems.add(Problem("students.csv", "is empty.", line, "login"))
    assert len(problems.lines()) == LISTED + 1
    assert problems.lines()[-1] == "... and 800 more"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("students.csv", "students"),
        ("Lectures-2026.CSV", "lectures"),
        ("a/b/staff.csv", "staff"),
        ("people.csv", None),
        ("students.pdf", None),
    ],
)
def test_a_file_is_known_by_its_name(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


def test_a_composed_and_a_decomposed_letter_are_the_same() -> None:
    assert cells(STUDENTS + "1,a,Zoe\u0308\n") == cells(STUDENTS + "1,a,Zo\u00eb\n")
