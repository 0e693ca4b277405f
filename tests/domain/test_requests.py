"""Until when a request is answered: one calendar month, however long that is."""

from datetime import date

import pytest

from kiosk.domain.requests import ANSWERS, Kind, due_on


@pytest.mark.parametrize(
    ("made_on", "due"),
    [
        (date(2026, 11, 24), date(2026, 12, 24)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 5, 31), date(2027, 6, 30)),
        (date(2027, 2, 28), date(2027, 3, 28)),
    ],
)
def test_a_request_is_due_one_calendar_month_later(made_on: date, due: date) -> None:
    assert due_on(made_on) == due


def test_every_kind_of_request_has_its_answers() -> None:
    assert all(ANSWERS[kind] for kind in Kind)
