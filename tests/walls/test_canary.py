"""Students with unmistakable names are seeded; nothing that opens by itself may carry them."""

import logging

import pytest

from kiosk.store.tables import records, screens
from tests.stage import Browser, Stage
from tests.walls import crawler
from tests.walls.acting import pair_screen, sign_in

STAFF = ("day", "eve", "mo", "ro", "nell", "tia", "ona", "dot")


@pytest.fixture(autouse=True)
def canary(stage: Stage) -> None:
    crawler.seed(stage)


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture) -> object:
    caplog.set_level(logging.DEBUG)
    yield
    assert not [word for word in crawler.CANARIES if word in caplog.text]


@pytest.mark.parametrize("wing", ["display", "checkin", "admin"])
def test_a_stranger_meets_nobody(stage: Stage, wing: str) -> None:
    browser: Browser = stage.app(wing).test_client()  # type: ignore[assignment]
    seen, found = crawler.crawl(browser, ["/"])
    assert found == {}
    assert len(seen) > 1


@pytest.mark.parametrize("kind", ["room", "lecture"])
def test_a_paired_screen_meets_nobody(stage: Stage, kind: str) -> None:
    browser = pair_screen(stage, kind)
    _, found = crawler.crawl(browser, ["/"])
    assert found == {}
    assert "COMP1201" in browser.get("/").text


def test_the_support_desk_meets_nobody_until_somebody_says_a_number(stage: Stage) -> None:
    stage.add_staff("sue", "Sue Desk", "support_desk", "department", "Computing")
    browser = sign_in(stage, "admin", "sue")
    seen, found = crawler.crawl(browser, ["/"])
    assert found == {}
    assert "/desk" in seen
    assert crawler.CANARIES[0] in crawler.found_in(browser.send("/desk/student", "/desk", number=crawler.CANARIES[2]))


@pytest.mark.parametrize("name", STAFF)
def test_staff_meet_nobody_on_any_page_that_opens_by_a_link(stage: Stage, name: str) -> None:
    browser = sign_in(stage, "admin", name)
    seen, found = crawler.crawl(browser, ["/"])
    assert found == {}
    assert len(seen) > 2


def test_a_lecturer_reaches_the_register_and_still_meets_nobody(stage: Stage) -> None:
    seen, found = crawler.crawl(sign_in(stage, "admin", "day"), ["/"])
    assert f"/lectures/{stage.ids['algorithms']}/register" in seen
    assert found == {}


def test_whoever_says_whose_tutor_somebody_is_meets_nobody(stage: Stage) -> None:
    browser, page = sign_in(stage, "admin", "mo"), f"/tutors/{stage.ids['tia']}"
    for what in ("add", "add", "end"):
        sent = browser.send(f"{page}/{what}", page, numbers=crawler.CANARIES[2])
        assert (sent.status_code, crawler.found_in(sent), crawler.found_in(browser.get(page))) == (303, set(), set())
    refused = browser.send(f"{page}/add", page, numbers=crawler.CANARIES[2], from_on="soon")
    assert (refused.status_code, crawler.found_in(refused)) == (422, set())
    assert len(stage.rows(records.tutee)) == 2


def test_a_student_meets_nobody_else(stage: Stage) -> None:
    browser = sign_in(stage, "checkin", "ada")
    _, found = crawler.crawl(browser, ["/", "/account", "/what-we-hold", f"/{stage.qr()}", "/check-in"])
    assert found == {}


def test_the_crawler_would_see_one(stage: Stage) -> None:
    """The names do come after a deliberate click, in the answer to a form, and the same eyes see them there."""
    browser = sign_in(stage, "admin", "day")
    register = f"/lectures/{stage.ids['algorithms']}/register"
    answer = browser.send(f"{register}/names", register)
    assert crawler.CANARIES[0] in crawler.found_in(answer)
    student = sign_in(stage, "checkin", crawler.CANARIES[3])
    _, found = crawler.crawl(student, ["/"])
    assert found


def test_a_revoked_screen_sees_no_board(stage: Stage) -> None:
    browser = pair_screen(stage, "room")
    row = stage.rows(screens.screen)[0]
    stage.change(screens.screen, row.id, revoked_at=stage.clock())
    stage.clock.go_on(seconds=3)
    assert stage.digits()[:3] not in browser.get("/").text
