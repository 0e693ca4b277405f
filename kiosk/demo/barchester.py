"""The invented University of Barchester: its people, modules, rooms and hours. Knows no database; nobody in it is real."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count

from kiosk.store.doors.demo import MARK

UNIVERSITY = "University of Barchester"
COHORT = 300

MODULES = (
    ("COMP1201", "Algorithms", "Computing", "policy"),
    ("MATH1001", "Linear Algebra", "Mathematics", "policy"),
    ("HIST2002", "The Silk Roads", "History", "voluntary"),
    ("WELS1003", "Llenyddiaeth Gymraeg", "Languages", "policy"),
    ("NURS1107", "Clinical Skills", "Health", "professional_body"),
    ("BIOL1010", "Cells", "Health", "policy"),
)
ROOMS = (
    ("Demo/1001", "Demo Lecture Theatre A"),
    ("Demo/1002", "Demo Seminar Room"),
    ("Demo/2001", "Demo Lecture Theatre B"),
    ("Demo/2002", "Demo Lecture Theatre B, overflow"),
)
TAKES_TURNS = ("MATH1001", "HIST2002", "WELS1003")
STAFF = (
    ("dr.day", "Dr Day", ("lecturer", "own", ""), ("COMP1201",)),
    ("dr.eve", "Dr Eve", ("lecturer", "own", ""), ("MATH1001", "HIST2002", "WELS1003", "NURS1107", "BIOL1010")),
    ("mo.admin", "Mo Admin", ("module_admin", "department", "Computing"), ()),
    ("rae.registry", "Rae Registry", ("module_admin", "all", ""), ()),
    ("ro.rooms", "Ro Rooms", ("room_admin", "all", ""), ()),
    ("lea.lead", "Lea Lead", ("module_lead", "own", ""), ("COMP1201",)),
    ("tia.tutor", "Tia Tutor", ("personal_tutor", "own", ""), ()),
    ("ona.officer", "Ona Officer", ("engagement_officer", "department", "Computing"), ()),
    ("vic.visa", "Vic Visa", ("visa_officer", "own", ""), ()),
    ("sue.desk", "Sue Desk", ("support_desk", "department", "Computing"), ()),
    ("dot.dpo", "Dot Dataprotection", ("dpo", "all", ""), ()),
    ("sid.system", "Sid System", ("system_admin", "all", ""), ()),
    ("olu.owner", "Olu Owner", ("data_owner", "all", ""), ()),
)
TUTOR, TUTEES = "tia.tutor", 6
"""Whose tutees the first students are, and how many of them."""
CAST = (
    ("ada", "Ada Lovelace", ("COMP1201", "MATH1001")),
    ("ben", "Ben Okri", ("COMP1201", "HIST2002")),
    ("cy", "Cy Young", ("HIST2002", "MATH1001")),
)
# Given names, family names, and how this script puts them together.
NAMES = (
    ("Mary Tom Grace Idris Nia Owen", "Slope Proudie O’Neill Llywelyn ap-Rhys Harding-Grantly", "{given} {family}"),
    ("Siân Gwenllïan Rhŷs Tŵm", "Ŵyn Llŷr Môn", "{given} {family}"),
    ("Ọláolúwa Títílayọ̀ Adébáyọ̀ Ṣadé", "Adéwálé Ọ̀ṣọ́bà Ògúnbánjọ", "{given} {family}"),
    ("ليلى يوسف مريم خالد", "الأحمد النجار منصور", "{given} {family}"),
    ("נועה איתן תמר יונתן", "לוי כהן בן-דוד", "{given} {family}"),
    ("静怡 伟 欣妍 子轩", "王 李 欧阳", "{family}{given}"),
    ("서연 민준 지우", "김 이 남궁", "{family}{given}"),
    ("さくら 陽翔 ゆい", "佐藤 鈴木", "{family} {given}"),
    ("अनन्या अर्जुन दिव्या", "शर्मा पटेल", "{given} {family}"),
    ("আনিকা রাহুল", "চক্রবর্তী সেন", "{given} {family}"),
    ("தமிழ்ச்செல்வி முருகன்", "", "{given}"),
    ("Ελένη Γιώργος", "Παπαδοπούλου Νίκου", "{given} {family}"),
    ("Олена Ілля Žofie", "Шевченко Ковальчук", "{given} {family}"),
    ("İpek Çağrı Şule", "Yıldız Öztürk", "{given} {family}"),
    ("Thị Hương Văn Đức", "Nguyễn Trần", "{family} {given}"),
    ("ሰላም ዳዊት", "ተስፋዬ", "{given} {family}"),
    ("สมชาย มาลี", "ใจดี", "{given} {family}"),
    ("ნინო გიორგი", "ბერიძე", "{given} {family}"),
    ("Sukarno Dewi Bayu", "", "{given}"),
    ("X Æ", "", "{given}"),
)


def cohort_module(number: int) -> str:
    return f"FNDN{1000 + number}"


def students(how_many: int) -> Iterator[tuple[str, str, str, Sequence[str]]]:
    """Number, login, name, modules: the first three hundred take Algorithms, each three hundred more a module of their own."""
    for place, name in zip(range(1, how_many + 1), names(), strict=False):
        number = f"{MARK}{place:06}"
        if place <= len(CAST):
            login, known_as, modules = CAST[place - 1]
            yield number, login, known_as, modules
        else:
            cohort = (place - 1) // COHORT
            main = ("COMP1201", "NURS1107") if cohort == 0 else (cohort_module(cohort),)
            yield number, f"demo{place:05}", name, (*main, TAKES_TURNS[place % len(TAKES_TURNS)])


def names() -> Iterator[str]:
    for place in count():
        given, family, pattern = NAMES[place % len(NAMES)]
        givens, families = given.split(), family.split() or [""]
        turn = place // len(NAMES)
        chosen = families[turn // len(givens) % len(families)]
        yield pattern.format(given=givens[turn % len(givens)], family=chosen)


def sessions_at(starts_at: datetime, halls: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    turn = int(starts_at.timestamp() // 3600)
    yield ("COMP1201",), ("Demo/1001",)
    yield (TAKES_TURNS[turn % len(TAKES_TURNS)],), ("Demo/1002",)
    if turn % 2:
        yield ("NURS1107", "BIOL1010"), ("Demo/2001", "Demo/2002")
    for code in halls:
        yield (code,), (f"Demo/{2000 + int(code[4:])}",)
