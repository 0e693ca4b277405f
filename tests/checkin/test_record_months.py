"""The record as a calendar: a table of weeks, each status by word and shape, and months as far as there are sessions."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.calendars import Month, sheet
from tests.checkin.conftest import Phone
from tests.checkin.past import held, set_status, signed_in

ZONE = ZoneInfo("Europe/London")


def cells(text: str) -> dict[str, str]:
    """What stands in each day of the month, by its number."""
    found = re.findall(r'<td[^>]*><p class="on"><span class="name">\w+ </span>(\d+)</p>(.*?)</td>', text)
    return {day: " ".join(re.sub("<[^>]+>", " ", inside).split()) for day, inside in found}


def test_a_month_is_a_table_with_a_caption_and_a_heading_for_each_day_of_the_week(phone: Phone) -> None:
    text = signed_in(phone).read("/record/calendars/2026-11")

    assert "<caption>Your sessions in November 2026, by week</caption>" in text
    assert re.findall(r'<th scope="col"[^>]*>(\w+)</th>', text) == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]  # fmt: skip
    assert len(cells(text)) == 30


def test_a_day_has_its_sessions_with_status_by_word_and_shape(any_phone: Phone) -> None:
    stage = any_phone.stage
    for name, days, status in (("there", 7, "present_late"), ("away", 6, "absent"), ("agreed", 5, "authorised")):
        held(stage, name, days_ago=days)
        set_status(stage, name, status)
        set_status(stage, name, who="ben")

    days = cells(signed_in(any_phone).read("/record/calendars/2026-11"))

    assert days["17"] == "COMP1201, 10:00 ● Present, late"
    assert days["18"] == "COMP1201, 10:00 ○ Absent"
    assert days["19"] == "COMP1201, 10:00 – Authorised"
    assert days["20"] == ""


def test_a_session_stands_in_the_day_on_which_it_begins_there(phone: Phone) -> None:
    phone.stage.add_lecture("late", starts_at=datetime(2026, 10, 24, 23, 30, tzinfo=UTC))

    assert "COMP1201, 00:30" in cells(signed_in(phone).read("/record/calendars/2026-10"))["25"]


def test_months_lead_to_each_other_as_far_as_there_is_something_to_see(phone: Phone) -> None:
    held(phone.stage, "september", days_ago=60)
    signed_in(phone)
    links = {
        month: re.findall(r'href="/record/calendars/([^"]+)"', phone.read(f"/record/calendars/{month}"))
        for month in ("2026-09", "2026-10", "2026-11")
    }

    assert links == {"2026-09": ["2026-10"], "2026-10": ["2026-09", "2026-11"], "2026-11": ["2026-10"]}


@pytest.mark.parametrize("month", ["2026-12", "2026-10", "1999-11", "2026-13", "2026-1", "november", "²026-11"])
def test_a_month_without_a_page_is_no_page(phone: Phone, month: str) -> None:
    assert signed_in(phone).browser.get(f"/record/calendars/{month}").status_code == 404


def test_the_calendar_opens_with_the_month_it_is(phone: Phone) -> None:
    assert signed_in(phone).browser.get("/record/calendars").headers["Location"] == "/record/calendars/2026-11"


def test_a_month_without_sessions_says_so(phone: Phone) -> None:
    phone.stage.add_student("di", "31000008", "Di Young")

    assert "No session of yours has begun in this month" in signed_in(phone, "di").read("/record/calendars/2026-11")


@pytest.mark.parametrize("year", range(2024, 2029))
def test_a_year_of_months_has_each_of_its_days_once(year: int) -> None:
    sheets = [sheet(Month(year, month), [], date(year, month, 1), ZONE) for month in range(1, 13)]
    days = [day.on for it in sheets if it for week in it.weeks for day in week if day.is_of_month]

    assert days == [date(year, 1, 1) + timedelta(days=number) for number in range(len(days))]
    assert days[-1] == date(year, 12, 31)
