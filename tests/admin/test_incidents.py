"""Something was shown: one press from any page darkens the screens, tells the officer, and asks nothing."""

import pytest
from playwright.sync_api import expect

from kiosk.store.tables import records, screens
from tests.admin.conftest import Desk, enter
from tests.conftest import NewPage
from tests.stage import START, Browser, words


def press(desk: Desk, browser: Browser, page: str = "register", lecture: str = "algorithms") -> str:
    """The address somebody is led to."""
    answer = browser.send("/incidents", "/", page=page, lecture=str(desk.stage.ids.get(lecture, lecture)))
    assert answer.status_code == 303
    return answer.headers["Location"]


def incidents(desk: Desk) -> list[tuple[object, ...]]:
    return [(row.reported_by, row.page, row.lecture_id) for row in desk.stage.rows(records.incident)]


def test_it_is_kept_and_the_officer_is_told_until_it_is_read(any_desk: Desk) -> None:
    ids, dot = any_desk.stage.ids, any_desk.sign_in("dot")
    text = words(any_desk.sign_in("day").get(press(any_desk, any_desk.sign_in("day"))))

    assert incidents(any_desk) == [(ids["day"], "register", ids["algorithms"])]
    assert "Noted at 10:02" in text
    assert "Something was shown, Tuesday 24 November, 10:02, on a register. Staff" in words(dot.get("/"))
    (notice,) = any_desk.stage.rows(records.notice)
    dot.send(f"/notices/{notice.id}/seen", "/")
    assert "Something was shown," not in words(dot.get("/"))


def test_the_screens_of_the_session_go_dark_and_can_show_it_again(any_desk: Desk) -> None:
    stage, day = any_desk.stage, any_desk.sign_in("day")
    until = {"approved_at": START, "expires_at": START.replace(hour=11)}
    stage.add("own", screens.screen, secret_hash="x", lecture_id=stage.ids["algorithms"], **until)

    shown = words(day.get(press(any_desk, day)))

    assert "The screens of COMP1201, 10:00, are dark." in shown
    assert stage.rows(screens.screen)[0].revoked_at == stage.clock()
    assert "Show again" in day.get(any_desk.lecture()).text


@pytest.mark.parametrize("lecture", ["silk", "", "0", "-1", "99999999999", "x"])
def test_a_session_that_is_not_theirs_is_left_out_and_nobody_is_told_off(
    desk: Desk, day: Browser, lecture: str
) -> None:
    press(desk, day, lecture=lecture)

    assert incidents(desk) == [(desk.stage.ids["day"], "register", None)]


@pytest.mark.parametrize("page", ["", "x" * 5000, "\x00<script>"])
def test_whatever_page_is_named_it_is_kept(any_desk: Desk, page: str) -> None:
    dot = any_desk.sign_in("dot")
    press(any_desk, any_desk.sign_in("day"), page=page)

    assert len(incidents(any_desk)) == 1
    assert "on another page" in words(dot.get("/"))


def test_a_mistake_is_taken_back_and_nobody_is_told(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")
    where = press(any_desk, day)

    assert day.send(f"{where}/withdraw", "/").status_code == 303
    assert day.send(f"{where}/withdraw", "/").status_code == 404

    assert any_desk.stage.rows(records.incident)[0].withdrawn_at == any_desk.stage.clock()
    assert "Something was shown," not in words(any_desk.sign_in("dot").get("/"))
    assert "It was taken back" in day.get(where).text


def test_nobody_reads_or_takes_back_what_somebody_else_reported(desk: Desk, day: Browser) -> None:
    where, eve = press(desk, day), desk.sign_in("eve")

    assert [eve.get(where).status_code, eve.send(f"{where}/withdraw", "/").status_code] == [404, 404]


def test_one_press_closes_names_in_a_browser(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    enter(page, staff_origin, "day")
    page.goto(staff_origin + desk.lecture(rest="/register"))
    page.get_by_role("button", name="Show 2 names").click()
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()

    page.get_by_role("button", name="Something was shown").click()

    expect(page.get_by_role("heading", name="It is closed and noted")).to_be_visible()
    assert "Lovelace" not in page.content()
    assert incidents(desk) == [(desk.stage.ids["day"], "register", desk.stage.ids["algorithms"])]
