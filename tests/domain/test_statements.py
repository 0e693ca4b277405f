"""The accessibility statement is to be reviewed every twelve months."""

from datetime import date

import pytest

from kiosk.domain.statements import AccessibilityStatement

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("reviewed_on", "is_due"),
    [
        (None, True),
        (date(2026, 11, 24), False),
        (date(2025, 11, 24), False),
        (date(2025, 11, 22), True),
        (date(2026, 11, 25), True),
    ],
)
def test_a_review_lasts_twelve_months_and_a_day_to_come_is_none(reviewed_on: date | None, is_due: bool) -> None:
    assert AccessibilityStatement(reviewed_on=reviewed_on).is_due(TODAY) is is_due


def test_a_word_is_no_day() -> None:
    with pytest.raises(ValueError, match="such as 2026-11-24"):
        AccessibilityStatement(reviewed_on="2026-11-24")  # type: ignore[arg-type]
