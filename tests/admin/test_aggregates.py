"""Attendance in numbers: whose, how they are counted, what is kept back, and that no page of it shows a person."""

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.admin.permissions import Staff
from kiosk.admin.services import aggregates as service
from kiosk.domain.aggregates import Kind
from kiosk.domain.permissions import Grant, Role, ScopeKind
from kiosk.store.identity import Identity, identify
from kiosk.store.tables import board, register, staff
from tests.admin.conftest import Desk, words
from tests.admin.crowds import come, enrol, lock
from tests.stage import START, Stage
from tests.walls import crawler

TODAY = START.date()
DAY = timedelta(days=1)


def numbers_of(stage: Stage, module: str = "COMP1201") -> str:
    return f"/modules/{stage.ids[module]}/numbers"


def arrivals_of(stage: Stage, lecture: str = "algorithms") -> str:
    return f"/lectures/{stage.ids[lecture]}/arrivals"


def look(desk: Desk, path: str) -> TestResponse:
    """What Dr Day, who signs in now, is answered."""
    return desk.sign_in("day").get(path)


def page_of(answer: TestResponse) -> str:
    """What an answer says, without the keys and marks around it, in which any digits may be."""
    return words(answer).partition("<main")[2]


def end(stage: Stage) -> None:
    """The two lectures of the stage are over."""
    stage.clock.set(11, 30)


def empty(stage: Stage) -> None:
    """Ada, Ben and Cy take the week off, so that round numbers are round."""
    with stage.database.owner.begin() as connection:
        connection.execute(delete(register.enrolment))


def held(stage: Stage, name: str, expected: int, there: int, *, days_ago: int = 0, **lecture: Any) -> None:
    """A lecture of COMP1201's group `name`, which nobody else is in."""
    at = START - timedelta(days=days_ago)
    stage.add_lecture(name, starts_at=at, group=name, rooms=(), **lecture)
    students = enrol(stage, expected, "COMP1201", group=name)
    if there:
        come(stage, students[:there], name)


# A module's weeks ------------------------------------------------------------------------------------


def test_a_module_is_shown_by_weeks_with_the_numbers_in_a_table(desk: Desk) -> None:
    empty(desk.stage)
    held(desk.stage, "first", 103, 88, days_ago=7)
    held(desk.stage, "second", 40, 21)
    held(desk.stage, "third", 52, 40)
    end(desk.stage)

    text = words(look(desk, numbers_of(desk.stage)))

    first, second = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", text)
    assert re.findall(r"16 November|\d+(?=</td>)", first) == ["16 November", "1", "105", "90"]
    assert re.findall(r"23 November|\d+(?: of \d+)?(?=</td>)", second) == ["23 November", "2 of 3", "90", "60"]
    assert "In the week of 16 November about 90 of 105 expected people were there" in text
    assert "No personal data on this page" in text


def test_the_picture_says_what_it_is_to_somebody_who_does_not_see_it(desk: Desk) -> None:
    held(desk.stage, "group", 60, 30)
    end(desk.stage)
    text = look(desk, numbers_of(desk.stage)).text
    assert 'role="img" aria-labelledby="weeks-title weeks-kind"' in text
    assert '<title id="weeks-title">COMP1201: attendance by week</title>' in text
    assert '<desc id="weeks-kind">One column for each of 1 weeks with sessions. The numbers are in' in text
    assert "style=" not in text


def test_what_the_weeks_leave_out_is_said(desk: Desk) -> None:
    empty(desk.stage)
    held(desk.stage, "shown", 60, 30)
    held(desk.stage, "nobody", 60, 0)
    held(desk.stage, "few", 60, 9)
    held(desk.stage, "small", 19, 12)
    held(desk.stage, "everybody", 60, 60)
    held(desk.stage, "off", 60, 0, cancelled_at=START)
    held(desk.stage, "void", 60, 0, voided_at=START)
    end(desk.stage)

    text = words(look(desk, numbers_of(desk.stage)))

    assert "2 sessions cancelled or void." in text
    assert "3 sessions not observed, or with fewer than 10 people recorded." in text  # with the stage's own
    assert "1 session with too few people expected to show numbers." in text
    assert "where fewer than 10 were (1 session): the weeks count five" in text
    assert '<td class="figure">2 of 6</td> <td class="figure">120</td><td class="figure">85</td>' in text


@pytest.mark.parametrize(
    ("change", "said"), [({}, "No session of yours"), ({"cancelled_at": START}, "all cancelled or void")]
)
def test_a_module_without_numbers_says_why(desk: Desk, change: dict[str, Any], said: str) -> None:
    if change:
        desk.stage.change(board.lecture, desk.stage.ids["algorithms"], **change)
        end(desk.stage)
    text = words(look(desk, numbers_of(desk.stage)))
    assert said in text
    assert "<svg" not in text


def test_a_small_module_shows_no_number_of_people(desk: Desk) -> None:
    desk.stage.put_in_register("ada")
    end(desk.stage)
    text = words(look(desk, numbers_of(desk.stage)))
    assert "too few people are expected at these sessions" in text
    assert "Too few people to show numbers" in text
    assert "<svg" not in text


def test_what_is_older_than_a_teaching_year_is_not_there(desk: Desk) -> None:
    empty(desk.stage)
    held(desk.stage, "old", 60, 30, days_ago=300)
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], cancelled_at=START)
    assert "60" not in page_of(look(desk, numbers_of(desk.stage)))


def test_a_title_that_is_a_script_is_text_in_the_picture_and_beside_it(desk: Desk) -> None:
    script = "</title><script>alert(1)</script>"
    held(desk.stage, "group", 60, 30)
    desk.stage.change(board.module, desk.stage.ids["COMP1201"], code=script[:20], title=script)
    come(desk.stage, enrol(desk.stage, 30, "COMP1201"), minute=-5)
    come(desk.stage, enrol(desk.stage, 30, "COMP1201"), minute=5)
    end(desk.stage)
    for path in ("/numbers", numbers_of(desk.stage), arrivals_of(desk.stage)):
        page = page_of(look(desk, path))
        assert "<script" not in page
        assert "&lt;/title&gt;&lt;script" in page


def test_one_more_who_checks_in_while_a_session_is_on_changes_no_number(desk: Desk) -> None:
    held(desk.stage, "before", 60, 30, days_ago=1)
    students = enrol(desk.stage, 60, "COMP1201")
    come(desk.stage, students[:27], minute=-5)
    browser = desk.sign_in("day")
    pages = (numbers_of(desk.stage), arrivals_of(desk.stage))
    before = [page_of(browser.get(path)) for path in pages]
    come(desk.stage, students[27:28], minute=-4)
    assert [page_of(browser.get(path)) for path in pages] == before


# A lecture's minutes ---------------------------------------------------------------------------------


def arrive(stage: Stage) -> None:
    """Sixty of eighty came to Algorithms, in three waves."""
    empty(stage)
    students = enrol(stage, 80, "COMP1201")
    come(stage, students[:24], minute=-4.5)
    come(stage, students[24:48], minute=0.5)
    come(stage, students[48:60], minute=12.5, status="present_late")
    end(stage)


def test_arrivals_are_shown_by_minutes_from_the_start(desk: Desk) -> None:
    arrive(desk.stage)

    text = words(look(desk, arrivals_of(desk.stage)))

    assert "About 60 of 80</strong> expected people were there." in text
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="figure">(.*?)</td><td class="figure">(\d+)</td>', text)
    assert rows == [
        ("09:45–09:56", "−15 to −4", "25"),
        ("09:56–10:01", "−4 to +1", "25"),
        ("10:01–10:20", "+1 to +20", "10"),
    ]
    assert "Most people a minute came between 09:56 and 10:01: about 25." in text
    assert ">Start</text>" in text
    assert ">Late</text>" in text


def test_arrivals_come_when_the_session_is_over(desk: Desk) -> None:
    arrive(desk.stage)
    desk.stage.clock.set(10, 59)

    text = words(look(desk, arrivals_of(desk.stage)))

    assert "The numbers come when the session is over and check-in is closed, at 11:00." in text
    assert "60" not in text.partition("<main")[2]
    assert "<svg" not in text


@pytest.mark.parametrize("change", [{"cancelled_at": START}, {"voided_at": START}])
def test_a_session_that_counts_for_nobody_has_no_arrivals(desk: Desk, change: dict[str, Any]) -> None:
    arrive(desk.stage)
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], **change)
    text = words(look(desk, arrivals_of(desk.stage)))
    assert "It counts for nobody" in text
    assert "<svg" not in text


def test_a_small_session_says_that_too_few_people_are_expected(desk: Desk) -> None:
    desk.stage.put_in_register("ada")
    end(desk.stage)
    text = words(look(desk, arrivals_of(desk.stage)))
    assert "Too few people to show numbers" in text
    assert "<svg" not in text


def test_where_a_few_are_missing_no_number_says_how_many(desk: Desk) -> None:
    empty(desk.stage)
    students = enrol(desk.stage, 36, "COMP1201")
    come(desk.stage, students[:20], minute=-5)
    come(desk.stage, students[20:33])
    end(desk.stage)
    text = words(look(desk, arrivals_of(desk.stage)))
    assert "All but fewer than 10 of about 35</strong>" in text
    assert "those whose time is not known, and those who were not there: fewer than 10 each" in text
    assert not re.findall(r"\b(?:3|33|36)\b", re.sub(r"<svg.*?</svg>", "", text.partition("<h1>")[2]))


def test_arrivals_that_make_one_stretch_are_not_drawn(desk: Desk) -> None:
    empty(desk.stage)
    come(desk.stage, enrol(desk.stage, 40, "COMP1201")[:25])
    end(desk.stage)
    text = words(look(desk, arrivals_of(desk.stage)))
    assert "About 25 of 40" in text
    assert "When they came is not shown" in text
    assert "<svg" not in text


def test_the_session_s_page_leads_to_its_arrivals_once_it_is_over(desk: Desk) -> None:
    assert "Arrivals" not in look(desk, desk.lecture()).text
    end(desk.stage)
    assert f'href="{arrivals_of(desk.stage)}"' in look(desk, desk.lecture()).text


# Head-counts -----------------------------------------------------------------------------------------


def count_heads(stage: Stage, *people: int | None, lecture: str = "algorithms") -> None:
    for it in people:
        count = {"lecture_id": stage.ids[lecture], "people": it, "counted_at": START, "role": "lecturer", "staff_id": 1}
        stage.add("", staff.headcount, **count)


def test_head_counts_are_shown_beside_those_recorded_session_by_session(any_desk: Desk) -> None:
    stage = any_desk.stage
    empty(stage)
    for name, there, in_room in (
        ("full", 30, 52),
        ("even", 30, 33),
        ("thin", 40, 21),
        ("few", 30, 4),
        ("hardly", 3, 50),
    ):
        held(stage, name, 60, there, days_ago=1)
        count_heads(stage, in_room, lecture=name)
    end(stage)

    text = page_of(look(any_desk, numbers_of(stage)))

    table = text.partition("by session, about")[2].partition("</table>")[0]
    assert re.findall(r'<td class="figure">(\d+)</td><td class="figure">(\d+)</td>', table) == [
        ("30", "50"),
        ("30", "30"),
        ("40", "20"),
    ]
    assert "COMP1201: head-counts beside those recorded</title>" in text
    assert "One column for each of 3 sessions with a head-count." in text
    assert "about 20 people were counted in the room: about 20 fewer than were recorded." in text


def test_the_newest_head_count_is_the_one_that_is_shown(any_desk: Desk) -> None:
    arrive(any_desk.stage)
    count_heads(any_desk.stage, 20, 82)
    assert "About <strong>80</strong> people were counted in the room: about 20 more than were recorded." in page_of(
        look(any_desk, arrivals_of(any_desk.stage))
    )


def test_a_head_count_that_was_taken_back_is_not_shown(any_desk: Desk) -> None:
    arrive(any_desk.stage)
    count_heads(any_desk.stage, 82, None)
    browser = any_desk.sign_in("day")
    for path in (arrivals_of(any_desk.stage), numbers_of(any_desk.stage)):
        assert "in the room" not in page_of(browser.get(path))


def test_a_head_count_of_a_session_that_is_on_is_not_shown_in_numbers(desk: Desk) -> None:
    arrive(desk.stage)
    desk.stage.clock.set(10, 59)
    count_heads(desk.stage, 82)
    assert "in the room" not in page_of(look(desk, arrivals_of(desk.stage)))


# Whose ---------------------------------------------------------------------------------------------


def lead(stage: Stage, name: str = "lee") -> None:
    stage.add_staff(name, "Lee Lead", "module_lead")
    stage.add("", staff.teaching, staff_id=stage.ids[name], module_id=stage.ids["COMP1201"], leads=True)


def test_everybody_who_may_see_them_is_shown_the_same_numbers_whoever_is_locked(any_desk: Desk) -> None:
    """What an officer who reads no register is shown is what the lecturer is, and fits the register: 28 there, and then 27."""
    stage = any_desk.stage
    empty(stage)
    students = enrol(stage, 60, "COMP1201")
    come(stage, students[:28], minute=-5)
    lead(stage)
    lock(stage, students[0], named=("lee",))
    end(stage)
    for name in ("day", "lee", "mo", "ona", "dot"):
        browser = any_desk.sign_in(name)
        assert "About 25 of 60</strong>" in browser.get(arrivals_of(stage)).text
        assert "about 25 of 60" in browser.get(numbers_of(stage)).text


def test_a_lead_sees_the_modules_they_lead_and_no_others(desk: Desk) -> None:
    lead(desk.stage)
    desk.stage.add("", staff.teaching, staff_id=desk.stage.ids["lee"], module_id=desk.stage.ids["HIST2002"])
    lee = desk.sign_in("lee")
    seen = {code: lee.get(numbers_of(desk.stage, code)).status_code for code in ("COMP1201", "HIST2002")}
    assert seen == {"COMP1201": 200, "HIST2002": 404}
    assert "Silk" not in lee.get("/numbers").text


@pytest.mark.parametrize(
    ("role", "scope", "value", "sees"),
    [
        ("engagement_officer", "department", "Computing", (200, 404)),
        ("engagement_officer", "all", "", (404, 404)),
        ("dpo", "all", "", (200, 200)),
        ("dpo", "department", "History", (404, 404)),
        ("personal_tutor", "own", "", (404, 404)),
        ("system_admin", "all", "", (404, 404)),
    ],
)
def test_a_role_reaches_the_numbers_of_its_scope(
    desk: Desk, role: str, scope: str, value: str, sees: tuple[int, int]
) -> None:
    stage = desk.stage
    stage.add_staff("new", "Somebody New", role, scope, value)
    browser = desk.sign_in("new")
    pages = [
        (numbers_of(stage, code), arrivals_of(stage, name))
        for code, name in (("COMP1201", "algorithms"), ("HIST2002", "silk"))
    ]
    assert tuple({browser.get(page).status_code for page in pair} for pair in pages) == tuple({it} for it in sees)


def test_a_lecturer_of_one_group_sees_the_numbers_of_that_group_alone(desk: Desk) -> None:
    stage = desk.stage
    held(stage, "A", 60, 30)
    held(stage, "B", 90, 45)
    stage.add_staff("gil", "Gil Group", "lecturer")
    stage.add("", staff.teaching, staff_id=stage.ids["gil"], module_id=stage.ids["COMP1201"], group_name="A")
    end(stage)

    gil = desk.sign_in("gil")

    text = page_of(gil.get(numbers_of(stage)))
    assert "about 30 of 60" in text
    assert not re.findall(r"\b(?:45|90|150)\b", text)
    assert gil.get(arrivals_of(stage, "B")).status_code == 404


def test_an_officer_who_sees_numbers_alone_meets_nobody(desk: Desk) -> None:
    crawler.seed(desk.stage)
    arrive(desk.stage)
    desk.stage.add_staff("pip", "Pip Officer", "dpo", "all")
    seen, found = crawler.crawl(desk.sign_in("pip"), ["/"])
    assert arrivals_of(desk.stage) in seen
    assert found == {}


def test_the_list_is_of_ones_own_modules_and_can_be_searched(desk: Desk) -> None:
    text = look(desk, "/numbers").text
    assert "Algorithms" in text
    assert "Silk" not in text
    assert "No module has" in look(desk, "/numbers?search=zebra").text
    assert "Algorithms" in look(desk, "/numbers?search=ALGO+12").text


def test_a_lecturer_who_teaches_nothing_is_told_whom_to_ask(desk: Desk) -> None:
    desk.stage.add_staff("zed", "Zed", "lecturer")
    assert "Ask your module administrator" in desk.sign_in("zed").get("/numbers").text


def test_a_session_late_in_the_evening_belongs_to_its_day_in_the_institution_s_zone(any_stage: Stage) -> None:
    """Half past midnight on a Monday in Britain, which is a Sunday in universal time."""
    stage = any_stage
    held(stage, "night", 60, 30)
    stage.change(
        board.lecture,
        stage.ids["night"],
        starts_at=START.replace(month=9, day=27, hour=23, minute=30),
        ends_at=START.replace(month=9, day=28, hour=0, minute=30),
    )
    dpo = Staff(stage.ids["dot"], "Dot", (Grant(Role.DPO, ScopeKind.ALL),))
    with Session(stage.database.engine("admin")) as session:
        identify(session, Identity(dpo.id, stage.clock(), ZoneInfo("Europe/London")))
        numbers = service.module_numbers(session, stage.clock(), stage.settings("admin"), dpo, stage.ids["COMP1201"])
    assert [week.monday for week in numbers.weeks] == [date(2026, 9, 28)]
    assert numbers.count(Kind.COUNTED) == 1
