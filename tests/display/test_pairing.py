"""Letting a screen in: it asks, shows letters and a number, polls, and is answered once (after RFC 8628)."""

import json
import re

import pytest
from flask.testing import FlaskClient

from kiosk.display import service
from kiosk.domain.hashes import hash_secret
from kiosk.store.tables import screens
from tests.display.screens import ask, feed_of, lecture_screen, let_in, room_screen
from tests.stage import ADDRESSES, Browser, Stage


def poll_with(browser: FlaskClient, csrf: str) -> dict[str, object]:
    answer = browser.post("/pairing/poll", data={"csrf_token": csrf})
    assert answer.status_code == 200
    return dict(json.loads(answer.data))


def csrf_of(browser: Browser) -> str:
    return re.search(r'data-csrf="([^"]+)"', browser.get("/").get_data(as_text=True))[1]  # type: ignore[index]


def test_a_fresh_browser_gets_one_button_that_asks(stage: Stage) -> None:
    page = stage.app("display").test_client().get("/").get_data(as_text=True)
    assert page.count("<form") == page.count("<button") == 1
    assert stage.rows(screens.pairing) == []


def test_the_pairing_page_shows_letters_number_address_and_keys(stage: Stage) -> None:
    page = ask(stage).get("/").get_data(as_text=True)
    asked = stage.rows(screens.pairing)[0]
    assert f"<span>{asked.spoken_code[:4]}</span> <span>{asked.spoken_code[4:]}</span>" in page
    assert f'<b class="match">{asked.match_number}</b>' in page
    assert "staff.kiosk.test/pair" in page
    assert "<kbd>F</kbd>" in page
    assert "<kbd>B</kbd>" in page


def test_a_pairing_is_eight_consonants_two_digits_and_ten_minutes(stage: Stage) -> None:
    ask(stage)
    asked = stage.rows(screens.pairing)[0]
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{8}", asked.spoken_code)
    assert 10 <= asked.match_number <= 99
    assert (asked.expires_at - asked.asked_at).total_seconds() == 600


def test_the_database_holds_no_secret_a_screen_could_use(stage: Stage) -> None:
    browser = ask(stage)
    cookie = next(it for it in browser._cookies.values() if it.key == "kiosk_screen")
    asked = stage.rows(screens.pairing)[0]
    assert cookie.value not in str(asked)
    assert asked.secret_hash == hash_secret(cookie.value)
    assert cookie.http_only


def test_asking_twice_keeps_the_letters(stage: Stage) -> None:
    browser = ask(stage)
    answer = browser.post("/pairing", data={"csrf_token": csrf_of(browser)})
    assert answer.status_code == 303
    assert len(stage.rows(screens.pairing)) == 1


def test_a_get_asks_for_nothing(stage: Stage) -> None:
    browser = stage.app("display").test_client()
    assert browser.get("/pairing").status_code == 404
    assert browser.get("/pairing/poll").status_code == 404
    assert stage.rows(screens.pairing) == []


def test_a_form_from_elsewhere_asks_for_nothing(stage: Stage) -> None:
    browser = stage.app("display").test_client()
    assert browser.post("/pairing", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert browser.post("/pairing").status_code == 400
    assert stage.rows(screens.pairing) == []


def test_one_address_asks_for_so_many_and_no_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "ASKED_AT_MOST", 2)
    app = stage.app("display")
    ask(stage, app)
    ask(stage, app)
    assert app.test_client().send("/pairing", "/").status_code == 429  # type: ignore[attr-defined]
    stage.clock.go_on(minutes=11)
    ask(stage, app)


def test_a_poll_waits_then_says_approved(stage: Stage) -> None:
    browser = ask(stage)
    csrf = csrf_of(browser)
    assert poll_with(browser, csrf) == {"answer": "waiting", "seconds": 2, "slow_down": False}
    stage.clock.go_on(seconds=2)
    let_in(stage, browser, room="4/4053")
    assert poll_with(browser, csrf)["answer"] == "approved"
    assert "COMP1201" in browser.get("/").get_data(as_text=True)


def test_a_poll_too_fast_is_told_to_slow_down_and_stays_slow(stage: Stage) -> None:
    browser = ask(stage)
    csrf = csrf_of(browser)
    poll_with(browser, csrf)
    stage.clock.go_on(seconds=1)
    assert poll_with(browser, csrf) == {"answer": "waiting", "seconds": 7, "slow_down": True}
    stage.clock.go_on(seconds=7)
    assert poll_with(browser, csrf) == {"answer": "waiting", "seconds": 7, "slow_down": False}


def test_a_poll_says_refused_and_the_page_offers_to_ask_again(stage: Stage) -> None:
    browser = ask(stage)
    csrf = csrf_of(browser)
    stage.change(screens.pairing, stage.rows(screens.pairing)[0].id, refused_at=stage.clock())
    assert poll_with(browser, csrf)["answer"] == "refused"
    text = browser.get("/").get_data(as_text=True)
    assert "This screen was turned away" in text
    assert "It asks by itself in half a minute." in text


def test_after_ten_minutes_a_poll_says_expired_and_the_page_asks_anew(stage: Stage) -> None:
    browser = ask(stage)
    csrf = csrf_of(browser)
    stage.clock.go_on(minutes=10)
    assert poll_with(browser, csrf)["answer"] == "expired"
    page = browser.get("/").get_data(as_text=True)
    assert 'data-after="0"' in page
    browser.send("/pairing", "/")
    first, second = stage.rows(screens.pairing)
    assert first.spoken_code != second.spoken_code


def test_a_stranger_polls_for_nothing(stage: Stage) -> None:
    ask(stage)
    browser = stage.app("display").test_client()
    csrf = browser.csrf("/")  # type: ignore[attr-defined]
    assert poll_with(browser, csrf)["answer"] == "expired"


def test_an_approved_screen_is_nobody_elses(stage: Stage) -> None:
    room_screen(stage)
    page = stage.app("display").test_client().get("/").get_data(as_text=True)
    assert stage.digits() not in page.replace(" ", "")


def test_a_stopped_screen_says_so(stage: Stage) -> None:
    browser = room_screen(stage)
    stage.change(screens.screen, stage.ids["screen"], revoked_at=stage.clock())
    assert "This screen was stopped" in browser.get("/").get_data(as_text=True)


def test_a_stopped_screen_that_is_let_in_again_shows_its_code_again(stage: Stage) -> None:
    browser = lecture_screen(stage)
    stage.change(screens.screen, stage.ids["screen"], revoked_at=stage.clock())
    stopped = browser.get("/").text
    stage.change(screens.screen, stage.ids["screen"], revoked_at=None)
    assert stage.digits()[:3] not in stopped
    assert f"{stage.digits()[:3]} {stage.digits()[3:]}" in browser.get("/").text


def test_without_script_only_a_stopped_page_looks_again_by_itself(stage: Stage) -> None:
    browser = lecture_screen(stage)
    refresh = '<noscript><meta http-equiv="refresh" content="10"></noscript>'
    stage.change(screens.screen, stage.ids["screen"], revoked_at=stage.clock())
    assert refresh in browser.get("/").text
    assert refresh not in stage.app("display").test_client().get("/").text


def test_a_lectures_screen_ends_with_it(stage: Stage) -> None:
    browser = lecture_screen(stage)
    stage.clock.go_on(hours=2)
    assert "This session has ended" in browser.get("/").get_data(as_text=True)


def test_a_rooms_screen_lapses_after_thirty_silent_days(stage: Stage) -> None:
    browser = room_screen(stage)
    stage.clock.go_on(days=29)
    assert "4/4053" in browser.get("/").get_data(as_text=True)
    stage.clock.go_on(days=2)
    assert "This screen was stopped" in browser.get("/").get_data(as_text=True)


def test_a_rooms_screen_that_was_seen_lately_goes_on(stage: Stage) -> None:
    browser = room_screen(stage)
    stage.clock.go_on(days=29)
    browser.get("/")
    with browser.application.app_context():
        feed_of(browser).sightings.write(stage.clock())
    stage.clock.go_on(days=29)
    assert "4/4053" in browser.get("/").get_data(as_text=True)


# Room keys -----------------------------------------------------------------------------------------


@pytest.fixture
def keyed(stage: Stage) -> Stage:
    """A room key for 4/4053, and the lectern network that test clients ask from."""
    stage.add(
        "key",
        screens.room_key,
        room_id=stage.ids["4/4053"],
        secret_hash=hash_secret("start"),
        label="Lectern",
        made_at=stage.clock(),
    )
    stage.add("network", screens.lectern_network, cidr="127.0.0.0/8")
    return stage


def start(stage: Stage, secret: str = "start", address: str = "127.0.0.1") -> tuple[Browser, int]:
    browser: Browser = stage.app("display").test_client()  # type: ignore[assignment]
    browser.environ_base = {**browser.environ_base, "REMOTE_ADDR": address}
    return browser, browser.get(f"/room/{secret}").status_code


def test_a_room_key_starts_the_rooms_board_and_leaves_the_address(keyed: Stage) -> None:
    browser, status = start(keyed)
    assert status == 303
    page = browser.get("/").get_data(as_text=True)
    assert "COMP1201" in page
    assert "start" not in [it.value for it in browser._cookies.values()]
    assert all(it.http_only for it in browser._cookies.values())


def test_starting_writes_nothing(keyed: Stage) -> None:
    start(keyed)
    assert [keyed.rows(it) for it in (screens.screen, screens.sighting, screens.pairing)] == [[], [], []]


@pytest.mark.parametrize(("secret", "address"), [("other", "127.0.0.1"), ("start", "192.0.2.7"), ("start", "::1")])
def test_a_room_key_is_good_from_a_lectern_and_when_right(keyed: Stage, secret: str, address: str) -> None:
    browser, status = start(keyed, secret, address)
    assert status == 404
    assert "COMP1201" not in browser.get("/").get_data(as_text=True)


def test_a_revoked_room_key_starts_nothing_and_ends_what_it_started(keyed: Stage) -> None:
    browser, _ = start(keyed)
    keyed.change(screens.room_key, keyed.ids["key"], revoked_at=keyed.clock())
    assert "This screen was stopped" in browser.get("/").get_data(as_text=True)
    assert start(keyed)[1] == 404


def test_a_room_cookie_taken_out_of_the_network_shows_nothing(keyed: Stage) -> None:
    browser, _ = start(keyed)
    browser.environ_base = {**browser.environ_base, "REMOTE_ADDR": "192.0.2.7"}
    assert "COMP1201" not in browser.get("/").get_data(as_text=True)


def test_a_forged_room_cookie_shows_nothing(keyed: Stage) -> None:
    browser: Browser = keyed.app("display").test_client()  # type: ignore[assignment]
    browser.set_cookie("kiosk_room", '[1,"nonce"].forged', domain="screens.kiosk.test")
    assert "COMP1201" not in browser.get("/").get_data(as_text=True)


def test_starting_again_is_the_same_screen(keyed: Stage) -> None:
    browser, _ = start(keyed)
    before = [it.value for it in browser._cookies.values() if it.key == "kiosk_room"]
    browser.get("/room/start")
    assert [it.value for it in browser._cookies.values() if it.key == "kiosk_room"] == before


def test_whatever_goes_wrong_the_page_is_neutral_and_comes_back(stage: Stage) -> None:
    answer = stage.app("display").test_client().get("/nowhere")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert 'class="is-problem"' in page
    assert 'url=/"' in page
    assert ADDRESSES.admin not in page
