"""Makes the sample files beside it, the same each time: `python tests/data/make.py`. Everybody in them is invented."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
Rows = Sequence[Sequence[str]]

NAMES = (
    "Ada Lovelace", "Ben Okri", "Cy Young",
    "فاطمة الزهراء بنت محمد", "נועה בן־דוד", "欧阳静怡", "남궁 서연", "अनन्या कृष्णमूर्ति", "Siân Gwenllïan Ŵyn",
    "Ọláolúwa Ògúnbánjọ", "Sukarno", "X", "Siobhán O’Neill", "Seán O'Brien", "D'Arcy-d’Étoile", "Þórunn Æsa",
    "Nguyễn Thị Hương", "İpek Işık", "Олена Шевченко", "Ελένη Παπαδοπούλου", "தமிழ்ச்செல்வி", "佐藤 さくら", "ሰላም ተስፋዬ",
    "Wolfeschlegelsteinhausenbergerdorff " + "Maria " * 27 + "Xy",
    "Robert'); DROP TABLE student;--", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "null",
)  # fmt: skip
GIVEN = "Aoife Bola Carys Dewi Esi Farah Gita Hana Ivo Jun Kofi Lin Mei Nur Omar Pia Rhys Sara Tom Uma".split()
FAMILY = "Abara Bevan Chen Diaz Evans Farouk Grant Haddad Ito Jones Kaur Lopez Mbeki Novák Owusu".split()
MODULES = (
    ("COMP1201", "Algorithms", "Computing", "policy", "", "", ""),
    ("MATH1001", "Linear Algebra", "Mathematics", "policy", "", "", ""),
    ("HIST2002", "The Silk Roads", "History", "voluntary", "10", "30", "15"),
    ("NURS1107", "Clinical Skills", "Health", "professional_body", "30", "30", ""),
    ("CYM1003", "Llenyddiaeth a Llên Gwerin", "Ieithoedd", "policy", "", "", ""),
)
BIG = 300


def students() -> Rows:
    names = [*NAMES, *(f"{GIVEN[n % len(GIVEN)]} {FAMILY[n % len(FAMILY)]}" for n in range(340 - len(NAMES)))]
    return [(f"3100{n:04}", f"ab{n}c26", name, "2026-10-30" if n == 339 else "") for n, name in enumerate(names, 1)]


def enrolments() -> Rows:
    rows = [(number, "COMP1201", "AB"[place % 2], "", "") for place, (number, *_) in enumerate(students()[: BIG + 1])]
    rows += [(number, "MATH1001", "", "", "") for number, *_ in students()[:120]]
    rows += [(number, "HIST2002", "", "2026-10-05", "2026-12-11") for number, *_ in students()[200:]]
    return [row for row in rows if row[:2] != ("31000003", "COMP1201")]


def lectures() -> Rows:
    rows = []
    for week in range(10):
        monday = date(2026, 10, 5) + timedelta(weeks=week)
        rows += [
            lecture(f"A{week}", "COMP1201", "", monday, "10:00", "10:50", "4/4053"),
            # One student has both at once: COMP1201 and MATH1001.
            lecture(f"M{week}", "MATH1001", "", monday, "10:30", "11:20", "58/1065"),
            lecture(f"L{week}", "COMP1201", "A;B", monday + timedelta(1), "14:00", "15:50", "Lab 1", kind="Lab"),
            lecture(f"H{week}", "HIST2002", "", monday + timedelta(2), "09:00", "09:50", "", mode="remote"),
        ]
    day = date(2026, 11, 26)
    rows += [
        lecture("J1", "COMP1201;MATH1001", "", day, "13:00", "13:50", "4/4053;4/4055"),
        lecture("J2", "COMP1201+MATH1001", "A+", day, "15:00", "15:50", "58/1065", mode="both"),
        # Two in one room at one time.
        lecture("R1", "NURS1107", "", day, "13:30", "14:20", "4/4055"),
        lecture("C1", "CYM1003", "", day, "09:00", "09:50", "4/4055", cancelled="yes"),
        ("N1", "NURS1107", "", "Night shift", "2026-11-27 22:30", "2026-11-28 06:30", "Ward 7", "in_person", ""),
    ]
    return rows + list(at_clock_changes())


def at_clock_changes() -> Iterable[Sequence[str]]:
    """Around 01:00 UTC on the last Sundays of October and March: nothing in the gap, both of a double hour by offset."""
    for year, month, day in ((2026, 3, 29), (2026, 10, 25), (2027, 3, 28), (2027, 10, 31)):
        on = date(year, month, day)
        yield lecture(f"D{on:%y%m}a", "COMP1201", "", on, "00:00", "00:50", "4/4053")
        yield lecture(f"D{on:%y%m}b", "COMP1201", "", on, "09:00", "09:50", "4/4053")
        # It goes on over the change: in March it lasts one hour, in October three.
        yield lecture(f"D{on:%y%m}c", "NURS1107", "", on, "00:30", "02:30", "Ward 7", kind="Night shift")
        if month == 10:
            for name, offset in (("d", "+01:00"), ("e", "+00:00")):
                start, end = (f"{on}T01:{minute}{offset}" for minute in ("00", "40"))
                yield f"D{on:%y%m}{name}", "COMP1201", "", "Lecture", start, end, "4/4053", "in_person", ""


def lecture(
    ref: str, modules: str, groups: str, day: date, start: str, end: str, rooms: str,
    *, kind: str = "Lecture", mode: str = "in_person", cancelled: str = "",
) -> Sequence[str]:  # fmt: skip
    return ref, modules, groups, kind, f"{day} {start}", f"{day} {end}", rooms, mode, cancelled


HEADINGS = {
    "modules": "code title department participation opens_minutes_before closes_minutes_after late_minutes_after",
    "students": "student_no login known_as left_on",
    "staff": "login name unit role scope_kind scope_value",
    "lectures": "ref module_codes groups kind starts_at ends_at rooms mode cancelled",
    "enrolments": "student_no module_code group from_on until_on",
    "teaching": "staff_login module_code group from_on until_on",
    "tutees": "login student_no from_on until_on",
}
STAFF = (
    ("dr.day", "Dr Day", "Computing", "lecturer", "own", ""),
    ("dr.eve", "Dr Eve", "History", "lecturer", "own", ""),
    ("mo.admin", "Mo Admin", "Computing", "module_admin", "department", "Computing"),
    ("ro.rooms", "Ro Rooms", "Estates", "room_admin", "all", ""),
    ("tia.tutor", "Tia Tutor", "Computing", "personal_tutor", "own", ""),
    ("nell", "Nell Scopeless", "History", "", "", ""),
)
TEACHING = (("dr.day", "COMP1201", "", "2026-09-21", "2027-01-31"), ("dr.eve", "HIST2002", "", "", ""))
TUTEES = (
    ("tia.tutor", "31000001", "2026-09-21", ""),
    ("tia.tutor", "31000002", "", ""),
    ("tia.tutor", "31000005", "2026-09-21", "2026-11-30"),
)


def written(kind: str, rows: Rows, separator: str = ",", heading: str = "") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([(heading or HEADINGS[kind]).split(), *rows])
    return text.getvalue()


def save(path: str, content: bytes) -> None:
    (HERE / path).parent.mkdir(exist_ok=True)
    (HERE / path).write_bytes(content)


def western(day: datetime) -> str:
    return f"{day:%d/%m/%Y %H:%M}"


def main() -> None:
    """Write every file."""
    every = {
        "modules": MODULES, "students": students(), "staff": STAFF, "lectures": lectures(), "enrolments": enrolments(),
        "teaching": TEACHING, "tutees": TUTEES,
    }  # fmt: skip
    for kind, rows in every.items():
        save(f"utf-8-bom/{kind}.csv", written(kind, rows).encode("utf-8-sig"))

    start = datetime(2026, 10, 5, 9, 0)  # noqa: DTZ001 - a local time, as a timetable has it
    two = [
        (
            "W1",
            "LANG1001",
            "",
            "Séminaire",
            western(start),
            western(start + timedelta(minutes=50)),
            "Bât. 3",
            "in_person",
        ),
        ("W2", "LANG1001+ÉCON1", "", "Lecture", western(start), western(start + timedelta(minutes=50)), "A+B", "both"),
    ]
    heading = "ref module_codes groups kind starts_at ends_at rooms mode"
    french = [
        ("LANG1001", "Français débutant", "Languages", "voluntary"),
        ("ÉCON1", "Économie – “le coût”", "Économie", "policy"),
    ]
    people = [("41000001", "zoe1", "Zoë Müller-Nuñez", "Été"), ("41000002", "sean", "Seán O’Brien", "")]
    save(
        "windows-1252/modules.csv",
        written("modules", french, ";", "code title department participation").encode("cp1252"),
    )
    save(
        "windows-1252/students.csv",
        written("students", people, ";", "student_no login known_as intake").encode("cp1252"),
    )
    save("windows-1252/lectures.csv", ("sep=;\r\n" + written("lectures", two, ";", heading)).encode("cp1252"))
    save(
        "utf-16-tabs/modules.csv",
        written("modules", french, "\t", "code title department participation").encode("utf-16"),
    )

    refused = "student_no login known_as Gender Visa-Status nationality"
    save("refused/students.csv", written("students", [("1", "a", "Ada", "f", "T4", "UK")], heading=refused).encode())
    save("nul/students.csv", written("students", [("1", "a", "A\0da", "")]).encode())
    save("mixed/students.csv", written("students", people).encode("utf-8") + "41000003,jo,Zoé,\r\n".encode("cp1252"))
    save("no-heading/students.csv", written("students", [], heading="31000001 ada1 Lovelace").encode())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        book.writestr(zipfile.ZipInfo("[Content_Types].xml", (2026, 1, 1, 0, 0, 0)), "<Types/>")
    save("workbook/students.csv", buffer.getvalue())
    save("gap/lectures.csv", written("lectures", gaps()).encode())


def gaps() -> Rows:
    """Times that do not exist, that exist twice, and other lines to mend."""
    spring, autumn, plain = date(2027, 3, 28), date(2026, 10, 25), date(2026, 11, 24)
    return [
        lecture("G1", "COMP1201", "", spring, "01:30", "02:30", "4/4053"),
        lecture("G2", "COMP1201", "", autumn, "01:30", "02:30", "4/4053"),
        lecture("G3", "COMP1201", "", plain, "10:00", "09:00", "4/4053"),
        lecture("G4", "NOPE1", "", plain, "10:00", "11:00", "4/4053"),
        lecture("G5", "COMP1201;COMP1202", "A", plain, "10:00", "11:00", "4/4053", mode="hybrid"),
        ("G6", "COMP1201", "", "Lecture", "soon", "2026-11-24 25:00", "4/4053", "in_person", "maybe"),
    ]


if __name__ == "__main__":
    main()
