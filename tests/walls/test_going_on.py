"""Where signing in leads: to today, or to the screen that was scanned before and still waits; to nothing that a request names."""

from datetime import timedelta

import pytest

from kiosk.store.tables import screens
from tests.admin.conftest import Desk
from tests.proofs import device_secret
from tests.stage import PASSWORD, Browser, Stage

CODE = "BCDFGHJK"
PAGE = f"/pair/{CODE}"


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """With a screen that asks, and no other session but Dr Day's in the room."""
    made = Desk(stage, stage.app("admin"))
    made.add_pairing(CODE)
    return made


def leads_to(browser: Browser, login: str = "day", path: str = "/sign-in") -> str:
    """Where a password leads that is given on the sign-in page."""
    answer = browser.post(path, data={"csrf_token": browser.csrf("/sign-in"), "login": login, "password": PASSWORD})
    return answer.headers.get("Location", str(answer.status_code))


@pytest.mark.parametrize("login", ["day", "eve", "ro"])
def test_whoever_may_pair_a_screen_goes_on_to_the_one_they_scanned(desk: Desk, login: str) -> None:
    browser = desk.stranger()
    browser.get(PAGE)

    assert leads_to(browser, login) == PAGE
    assert browser.get(PAGE).status_code == 200


@pytest.mark.parametrize("login", ["tia", "ona", "sid", "nell", "mo"])
def test_whoever_may_not_goes_to_today_and_is_not_told_whether_it_waits(desk: Desk, login: str) -> None:
    browser = desk.stranger()
    browser.get(PAGE)

    assert leads_to(browser, login) == "/"
    assert browser.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/pair/ZZZZZZZZ",
        "/pair/bcdfghjk%2F..%2F..%2Frooms",
        "/pair/%2F%2Felsewhere.test",
        "/pair/BCDFGHJKL",
        "/pair",
        "/rooms",
        "/lectures/1/register",
        "/sign-in?next=/rooms",
        "/no/such/page",
    ],
)
def test_no_other_address_is_gone_on_to(desk: Desk, path: str) -> None:
    browser = desk.stranger()
    browser.get(path)

    assert leads_to(browser) == "/"


@pytest.mark.parametrize(
    "path", ["/sign-in?next=//elsewhere.test", f"/sign-in?code={CODE}", f"/sign-in?scanned={CODE}"]
)
def test_what_the_sign_in_itself_says_leads_nowhere(desk: Desk, path: str) -> None:
    assert leads_to(desk.stranger(), path=path) == "/"


def test_a_code_that_was_typed_in_another_way_is_written_as_the_screen_has_it(desk: Desk) -> None:
    browser = desk.stranger()
    browser.get("/pair/bcdf-ghjk")

    assert leads_to(browser) == PAGE


@pytest.mark.parametrize("change", ["expired", "answered"])
def test_a_screen_that_waits_no_more_is_not_gone_on_to(desk: Desk, change: str) -> None:
    browser = desk.stranger()
    browser.get(PAGE)
    now = desk.stage.clock()
    column = {"expired": {"expires_at": now - timedelta(seconds=1)}, "answered": {"answered_at": now}}[change]
    desk.stage.change(screens.pairing, desk.stage.ids[CODE], **column)

    assert leads_to(browser) == "/"


def test_a_wrong_password_leads_nowhere(desk: Desk) -> None:
    browser = desk.stranger()
    browser.get(PAGE)
    sent = {"csrf_token": browser.csrf("/sign-in"), "login": "day", "password": "wrong"}

    assert browser.post("/sign-in", data=sent).status_code == 401
    assert browser.get(PAGE).headers["Location"] == "/sign-in"


@pytest.mark.parametrize("lectern", ["marked", "listed"])
def test_a_lectern_goes_on_to_nothing(desk: Desk, lectern: str) -> None:
    browser = desk.stranger()
    browser.get(PAGE)
    token = browser.csrf("/sign-in")
    if lectern == "marked":
        browser.set_cookie("kiosk_marker", "anything", domain="staff.kiosk.test")
    else:
        desk.stage.add("", screens.lectern_network, cidr="127.0.0.0/8", label="Lecterns")
    answer = browser.post("/sign-in", data={"csrf_token": token, "login": "day", "password": PASSWORD})

    assert [answer.status_code, browser.get(PAGE).status_code, browser.get("/").status_code] == [403, 403, 403]


@pytest.mark.parametrize("enrolled", [True, False])
def test_going_on_to_a_screen_opens_no_names(desk: Desk, *, enrolled: bool) -> None:
    """Who goes on without a second factor has none: what shows a person stays closed, on an enrolled device too."""
    browser = desk.stranger()
    if enrolled:
        browser.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")
    browser.get(PAGE)
    leads_to(browser)

    names = browser.send(desk.lecture(rest="/register/names"), PAGE)
    assert (names.status_code, "Lovelace" in names.text) == (404, False)


def test_after_the_second_factor_the_screen_still_waits_to_be_gone_on_to(desk: Desk) -> None:
    browser = desk.stranger()
    browser.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")
    browser.get(PAGE)
    leads_to(browser)
    answer = browser.send("/second-factor", code=desk.stage.app_code("day"))

    assert answer.headers["Location"] == PAGE


def test_of_somebody_elses_session_nothing_is_offered_there(desk: Desk) -> None:
    browser = desk.stranger()
    browser.get(PAGE)
    page = browser.get(leads_to(browser, "eve")).text

    assert ("HIST2002" in page, "COMP1201" in page) == (True, False)
