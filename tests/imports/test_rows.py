"""What a line may say, in every kind of file, and the words for what it may not."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from kiosk.imports.rows import LectureRow, ModuleRow, StudentRow, in_words

LECTURE = {
    "ref": "A1", "module_codes": "COMP1201", "kind": "Lecture", "starts_at": "2026-11-24 10:00",
    "ends_at": "2026-11-24 11:00", "rooms": "4/4053", "mode": "in_person",
}  # fmt: skip
LONDON = {"zone": ZoneInfo("Europe/London")}


def lecture(**changes: str) -> LectureRow:
    return LectureRow.model_validate({**LECTURE, **changes}, context=LONDON)


def said_of(**changes: str) -> str:
    with pytest.raises(ValidationError) as found:
        lecture(**changes)
    return " ".join(in_words(found.value.errors()[0]))


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-24 10:00", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-07-01T10:00:30", datetime(2026, 7, 1, 9, 0, 30, tzinfo=UTC)),
        ("01/07/2026 10:00", datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-07-01T10:00Z", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-10-25T01:30+01:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T01:30+00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2027-03-28 00:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        ("2027-03-28 02:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ],
)
def test_a_local_time_or_one_with_its_offset_is_an_instant(written: str, instant: datetime) -> None:
    assert lecture(starts_at=written).starts_at == instant


@pytest.mark.parametrize("written", ["2026-03-29 01:30", "2027-03-28 01:00"])
def test_a_time_that_does_not_exist_is_a_problem(written: str) -> None:
    assert said_of(starts_at=written).startswith("starts_at does not exist: the clocks go forward")


@pytest.mark.parametrize("written", ["2026-10-25 01:30", "2027-10-31 01:00"])
def test_a_time_that_comes_twice_is_a_problem(written: str) -> None:
    assert said_of(starts_at=written).startswith("starts_at comes twice: the clocks go back")


@pytest.mark.parametrize(
    "written", ["", "soon", "2026-11-24", "24/13/2026 10:00", "2026-02-30 10:00", "2026-11-24 25:00"]
)
def test_what_is_no_time_is_a_problem(written: str) -> None:
    assert said_of(starts_at=written).startswith("starts_at is not")


def test_a_lecture_may_go_past_midnight_but_not_end_before_it_begins() -> None:
    assert lecture(ends_at="2026-11-25 01:00").problem() is None
    assert (lecture(ends_at="2026-11-24 09:00").problem() or ("",))[0] == "ends_at"


def test_modules_are_separated_by_semicolons_or_plus_signs() -> None:
    assert lecture(module_codes="COMP1201; MATH1001").places == lecture(module_codes="COMP1201+MATH1001").places


def test_each_module_of_a_joint_lecture_has_its_own_group() -> None:
    assert lecture(module_codes="COMP1201+MATH1001", groups="A+").places == [("COMP1201", "A"), ("MATH1001", "")]
    assert (lecture(module_codes="COMP1201+MATH1001", groups="A").problem() or ("",))[0] == "groups"


def test_participation_has_no_default() -> None:
    with pytest.raises(ValidationError) as found:
        ModuleRow.model_validate({"code": "C", "title": "T", "department": "D", "participation": ""})
    column, text = in_words(found.value.errors()[0])
    assert (column, text) == ("participation", "is not one of: policy, professional_body, voluntary.")


@pytest.mark.parametrize("name", ["X", "欧阳静怡", "ليلى", "Ọláolúwa", "O'Brien", "X" * 200])
def test_a_known_as_name_is_any_text_of_one_to_two_hundred_characters(name: str) -> None:
    assert StudentRow(student_no="1", login="a", known_as=name).known_as == name


@pytest.mark.parametrize(("name", "words"), [("", "is empty."), ("X" * 201, "is longer than 200 characters.")])
def test_an_empty_or_longer_name_is_a_problem(name: str, words: str) -> None:
    with pytest.raises(ValidationError) as found:
        StudentRow(student_no="1", login="a", known_as=name)
    assert in_words(found.value.errors()[0]) == ("known_as", words)
