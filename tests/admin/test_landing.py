"""The start page: own sessions of today, the way on, and nobody's data."""

from datetime import timedelta

from kiosk.store.tables import board, screens
from tests.admin.conftest import Desk, words
from tests.stage import START, Browser

CAST = ("Ada", "Lovelace", "Okri", "31000001")


def test_it_lists_today_s_own_sessions_only(desk: Desk, day: Browser) -> None:
    desk.stage.add_lecture("tomorrow", starts_at=START + timedelta(days=1), kind="Seminar")

    text = words(day.get("/"))

    assert "10:00–11:00" in text
    assert "COMP1201" in text
    assert "Check-in open until 10:20" in text
    assert "HIST2002" not in text
    assert "Seminar" not in text


def test_it_says_on_how_many_screens_a_session_is(desk: Desk, day: Browser) -> None:
    lecture_id, now = desk.stage.ids["algorithms"], desk.stage.clock()
    screen_id = desk.stage.add(
        "", screens.screen, secret_hash="s", lecture_id=lecture_id, approved_at=now, expires_at=now + timedelta(hours=1)
    )
    desk.stage.add(
        "", screens.sighting, screen_ref=f"s{screen_id}", screen_id=screen_id, lecture_id=lecture_id, seen_at=now
    )

    assert "On 1 screen" in day.get("/").text
    desk.stage.clock.go_on(minutes=2)
    assert "On 1 screen" not in day.get("/").text


def test_no_page_but_the_register_carries_a_person(desk: Desk, day: Browser) -> None:
    desk.add_pairing()
    pages = ["/", "/lectures", "/lectures/new", "/pair", "/pair/BCDFGHJK"]
    pages += [desk.lecture(rest=rest) for rest in ("", "/edit", "/register")]

    for page in pages:
        answer = day.get(page)
        assert answer.status_code == 200
        assert "No personal data on this page" in answer.text
        assert not [name for name in CAST if name in answer.text], page


def test_a_day_without_sessions_says_what_to_do(desk: Desk, day: Browser) -> None:
    desk.stage.change(
        board.lecture,
        desk.stage.ids["algorithms"],
        starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, hours=1),
    )

    assert "add a session" in words(day.get("/"))


def test_a_role_without_a_scope_is_told_so_and_sees_nothing(desk: Desk) -> None:
    nell = desk.sign_in("nell")

    assert "no department yet" in words(nell.get("/"))
    assert nell.get("/lectures").status_code == 404


def test_the_links_go_by_permission(desk: Desk) -> None:
    seen = {name: desk.sign_in(name).get("/").text for name in ("day", "mo", "ro")}

    assert [name for name in seen if 'href="/lectures"' in seen[name]] == ["day", "mo"]
    assert [name for name in seen if 'href="/pair"' in seen[name]] == ["day", "ro"]


def test_a_code_scanned_before_signing_in_is_offered_afterwards(desk: Desk) -> None:
    desk.add_pairing()
    phone = desk.stranger()

    assert phone.get("/pair/BCDFGHJK").headers["Location"] == "/sign-in"
    answer = phone.send("/sign-in", login="day", password="correct horse battery")

    assert answer.headers["Location"] == "/"
    assert 'href="/pair/BCDFGHJK"' in phone.get("/").text
    desk.stage.clock.go_on(minutes=10)
    assert 'href="/pair/BCDFGHJK"' not in phone.get("/").text
