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


def parts_of(text: str) -> tuple[str, str, str]:
    """What comes first, what comes later today, and what is folded away."""
    whole, _, earlier = text.partition("Earlier today")
    first, _, later = whole.partition("Later today")
    return first, later, earlier


def test_what_is_on_comes_first_and_what_is_over_is_folded_away_below(desk: Desk) -> None:
    desk.stage.add_lecture("before", starts_at=START - timedelta(hours=2), kind="Seminar")
    desk.stage.add_lecture("after", starts_at=START + timedelta(hours=3), kind="Lab")

    text = words(desk.sign_in("day").get("/"))

    first, later, earlier = parts_of(text)
    assert "On now, 10:00–11:00 · 4/4053" in first
    assert ("Lab" in later, "Seminar" in earlier) == (True, True)
    assert "<details> <summary>Earlier today (1)</summary>" in text


def test_the_session_that_is_on_is_one_tap_away(desk: Desk, day: Browser) -> None:
    text = words(day.get("/"))

    assert f'<a class="button" href="{desk.lecture()}" aria-label="Open the session COMP1201, 10:00–11:00">' in text
    assert "No screen shows it" in text
    assert '<a class="button quiet" href="/pair">Pair a screen</a> </div> </section>' in text


def test_when_none_is_on_the_next_one_comes_first(desk: Desk) -> None:
    desk.stage.add_lecture("after", starts_at=START + timedelta(hours=3), kind="Lab")
    desk.stage.clock.set(11, 30)

    first, _, earlier = parts_of(words(desk.sign_in("day").get("/")))

    assert "Next, 13:00–14:00" in first
    assert "10:00–11:00" in earlier


def test_of_two_back_to_back_both_are_first_while_people_can_check_in_to_the_next(desk: Desk) -> None:
    desk.stage.add_lecture("after", starts_at=START + timedelta(hours=1))
    desk.stage.clock.set(10, 50)

    first, later, _ = parts_of(words(desk.sign_in("day").get("/")))

    assert first.index("On now, 10:00–11:00") < first.index("Next, 11:00–12:00")
    assert first.count("Pair a screen</a> </div> </section>") == 1
    assert later == ""


def test_a_cancelled_session_is_never_first(desk: Desk) -> None:
    desk.stage.change(board.lecture, desk.stage.ids["algorithms"], cancelled_at=START)
    desk.stage.add_lecture("after", starts_at=START + timedelta(hours=3))

    first, later, _ = parts_of(words(desk.sign_in("day").get("/")))

    assert "Next, 13:00–14:00" in first
    assert "Cancelled" in later


def test_an_evening_says_that_today_is_over(desk: Desk) -> None:
    desk.stage.clock.set(19, 0)

    first, _, earlier = parts_of(words(desk.sign_in("day").get("/")))

    assert "No more sessions today." in first
    assert "10:00–11:00" in earlier


def test_a_session_that_began_yesterday_is_on_until_it_ends(desk: Desk) -> None:
    desk.stage.add_lecture("night", starts_at=START + timedelta(hours=13, minutes=30))
    desk.stage.clock.instant = START + timedelta(hours=14, minutes=5)

    first, _, _ = parts_of(words(desk.sign_in("day").get("/")))

    assert "Wednesday 25 November" in first
    assert "On now, 23:30–00:30" in first


def test_adding_a_session_is_one_tap_away_for_whoever_may(desk: Desk) -> None:
    seen = {name: desk.sign_in(name).get("/").text for name in ("day", "mo", "ro")}

    assert [name for name in seen if '<a class="button quiet" href="/lectures/new">' in seen[name]] == ["day", "mo"]


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


def test_a_code_scanned_before_signing_in_is_gone_on_to_and_offered_as_long_as_it_waits(desk: Desk) -> None:
    desk.add_pairing()
    phone = desk.stranger()

    assert phone.get("/pair/BCDFGHJK").headers["Location"] == "/sign-in"
    answer = phone.send("/sign-in", login="day", password="correct horse battery")

    assert answer.headers["Location"] == "/pair/BCDFGHJK"
    assert 'href="/pair/BCDFGHJK"' in phone.get("/").text
    desk.stage.clock.go_on(minutes=10)
    assert 'href="/pair/BCDFGHJK"' not in phone.get("/").text
