"""Signing staff in and out: tries, sessions kept on the server, first passwords, grants."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from kiosk.store.tables import staff
from tests.admin.conftest import Desk, words
from tests.stage import PASSWORD, Browser

WRONG = "not the password at all"
NEW = {"password": "three plain words", "again": "three plain words", "name": "Laptop"}


def try_in(browser: Browser, login: str = "day", password: str = PASSWORD) -> TestResponse:
    return browser.send("/sign-in", login=login, password=password)


def add_link(desk: Desk, login: str = "day", days: int = 14) -> str:
    secret = f"a secret for {login}"
    desk.stage.add(
        "",
        staff.staff_link,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        staff_id=desk.stage.ids[login],
        expires_at=desk.stage.clock() + timedelta(days=days),
    )
    return f"/first-password/{secret}"


def test_the_right_password_leads_to_the_start_page(any_desk: Desk) -> None:
    browser = any_desk.stranger()

    answer = try_in(browser)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Signed in as Dr Day" in browser.get("/").text


def test_a_wrong_password_and_an_unknown_name_read_the_same(desk: Desk) -> None:
    wrong = try_in(desk.stranger(), "day", WRONG)
    unknown = try_in(desk.stranger(), "who", WRONG)

    assert wrong.status_code == unknown.status_code == 401
    assert "don&#39;t go together" in wrong.text
    assert page_without_csrf(wrong.text).replace("day", "") == page_without_csrf(unknown.text).replace("who", "")


def test_an_unknown_name_costs_a_hash_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[object] = []
    monkeypatch.setattr("kiosk.web.passwords._verify", lambda *given: hashed.append(given) or False)

    try_in(desk.stranger(), "who", WRONG)

    assert len(hashed) == 1


@pytest.mark.parametrize("login", ["DAY", " day ", "Day"])
def test_capitals_and_spaces_around_a_name_do_not_matter(desk: Desk, login: str) -> None:
    assert try_in(desk.stranger(), login).status_code == 303


@pytest.mark.parametrize("login", ["day\x00", "\x00", "", "d" * 5000, "' or 1=1 --", "\u202eyad"])
def test_strange_names_are_answered_like_unknown_ones(any_desk: Desk, login: str) -> None:
    assert try_in(any_desk.stranger(), login, WRONG).status_code == 401


def test_somebody_archived_is_refused_and_signed_out(desk: Desk, day: Browser) -> None:
    desk.stage.change(staff.staff, desk.stage.ids["day"], archived_at=desk.stage.clock())

    assert try_in(desk.stranger()).status_code == 401
    assert day.get("/").headers["Location"] == "/sign-in"


def test_the_sixth_try_in_five_minutes_is_refused_even_with_the_right_password(any_desk: Desk) -> None:
    for _ in range(5):
        try_in(any_desk.stranger(), "day", WRONG)

    answer = try_in(any_desk.stranger())

    assert answer.status_code == 429
    assert "Wait five minutes" in answer.text


def test_the_limit_reads_the_same_for_a_name_that_nobody_has(desk: Desk) -> None:
    for _ in range(5):
        try_in(desk.stranger(), "who", WRONG)

    assert try_in(desk.stranger(), "who", WRONG).status_code == 429


def test_five_minutes_later_the_password_is_good_again(desk: Desk) -> None:
    for _ in range(9):
        try_in(desk.stranger(), "day", WRONG)
    desk.stage.clock.go_on(minutes=5, seconds=1)

    assert try_in(desk.stranger()).status_code == 303


def test_the_limit_is_held_in_the_database_and_names_nobody(desk: Desk) -> None:
    for _ in range(5):
        try_in(desk.stranger(), "day", WRONG)
    after_a_restart = Desk(desk.stage, desk.stage.app("admin"))

    assert try_in(after_a_restart.stranger()).status_code == 429
    assert {row.key_hash for row in desk.stage.rows(staff.staff_attempt)}.isdisjoint(
        {hashlib.sha256(b"day").hexdigest(), "day"}
    )


def test_nobody_waits_for_as_long_as_the_servers_clock_was_ahead(desk: Desk) -> None:
    desk.stage.clock.go_on(hours=2)
    for _ in range(6):
        try_in(desk.stranger(), "day", WRONG)
    desk.stage.clock.go_on(hours=-2)

    assert try_in(desk.stranger()).status_code == 303


def test_one_account_s_tries_leave_another_s_alone(desk: Desk) -> None:
    for _ in range(6):
        try_in(desk.stranger(), "day", WRONG)

    assert try_in(desk.stranger(), "eve").status_code == 303


def test_signing_in_makes_a_new_session_and_a_new_csrf_value(desk: Desk) -> None:
    browser = desk.stranger()
    before = browser.csrf("/sign-in")
    with browser.session_transaction(base_url="http://staff.kiosk.test") as kept:
        kept["_user_id"] = "fixed by somebody else"
    answer = browser.post("/sign-in", data={"csrf_token": before, "login": "day", "password": PASSWORD})
    assert answer.status_code == 303

    with browser.session_transaction(base_url="http://staff.kiosk.test") as kept:
        assert kept["_user_id"] != "fixed by somebody else"
    assert browser.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_the_database_keeps_only_the_hash_of_what_the_cookie_carries(desk: Desk, day: Browser) -> None:
    with day.session_transaction(base_url="http://staff.kiosk.test") as kept:
        secret = kept["_user_id"]
        assert set(kept) <= {"_user_id", "_fresh", "csrf_token"}

    going_on = desk.stage.rows(staff.staff_sign_in, staff.staff_sign_in.c.ended_at.is_(None))
    assert [row.id_hash for row in going_on] == [hashlib.sha256(secret.encode()).hexdigest()]
    assert len(secret) >= 43


def test_signing_out_makes_a_copied_cookie_worthless(desk: Desk, day: Browser) -> None:
    cookie = day.get_cookie("kiosk_admin", domain="staff.kiosk.test")
    assert cookie is not None
    day.send("/sign-out", "/")
    thief = desk.stranger()
    thief.set_cookie("kiosk_admin", cookie.value, domain="staff.kiosk.test")

    assert thief.get("/").headers["Location"] == "/sign-in"


def test_signing_out_is_a_post(day: Browser) -> None:
    assert day.get("/sign-out").status_code == 405
    assert day.get("/").status_code == 200


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (15, 303)])
def test_a_quarter_of_an_hour_without_a_request_ends_a_session(
    desk: Desk, day: Browser, minutes: int, status: int
) -> None:
    desk.stage.clock.go_on(minutes=minutes)

    assert day.get("/").status_code == status


def test_a_session_in_use_stays_until_twelve_hours_have_passed(desk: Desk, day: Browser) -> None:
    statuses = []
    for _ in range(72):
        desk.stage.clock.go_on(minutes=10)
        statuses.append(day.get("/pair").status_code)

    assert statuses == [200] * 71 + [303]


def test_a_clock_that_goes_back_ends_a_session(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    any_desk.stage.clock.go_on(minutes=-1, seconds=-1)

    assert day.get("/").headers["Location"] == "/sign-in"


def test_two_servers_clocks_may_differ_by_a_minute(any_desk: Desk) -> None:
    day = any_desk.sign_in("day")

    any_desk.stage.clock.go_on(minutes=-1)

    assert day.get("/").status_code == 200


def test_no_address_in_the_request_decides_where_signing_in_leads(desk: Desk) -> None:
    browser = desk.stranger()
    token = browser.csrf("/sign-in")

    answer = browser.post(
        "/sign-in?next=https://evil.test/",
        data={"csrf_token": token, "login": "day", "password": PASSWORD, "next": "https://evil.test/"},
    )

    assert answer.headers["Location"] == "/"


def test_every_address_turns_a_stranger_to_the_sign_in_page_alike(desk: Desk) -> None:
    known, unknown = desk.stranger().get("/lectures/1"), desk.stranger().get("/no-such-page")

    assert (known.status_code, known.headers["Location"], known.data) == (
        unknown.status_code,
        unknown.headers["Location"],
        unknown.data,
    )


def test_a_role_that_ended_yesterday_gives_nothing_from_the_next_request_on(desk: Desk, day: Browser) -> None:
    assert day.get(desk.lecture()).status_code == 200
    with desk.stage.database.owner.begin() as connection:
        ended = update(staff.role_grant).where(staff.role_grant.c.staff_id == desk.stage.ids["day"])
        connection.execute(ended.values(until_on=desk.stage.clock().date() - timedelta(days=1)))

    assert day.get(desk.lecture()).status_code == 404


def test_a_one_time_link_sets_the_first_password_once(any_desk: Desk) -> None:
    path, browser = add_link(any_desk), any_desk.stranger()

    first = browser.send(path, **NEW)

    assert first.headers["Location"] == "/security/app"
    assert browser.get(path).status_code == 404
    assert try_in(any_desk.stranger(), "day", "three plain words").status_code == 303


def test_a_new_password_ends_the_sessions_of_the_old_one(desk: Desk, day: Browser) -> None:
    desk.stranger().send(add_link(desk), **NEW)

    assert day.get("/").headers["Location"] == "/sign-in"


def test_an_old_link_and_somebody_archived_find_nothing(desk: Desk) -> None:
    old, archived = add_link(desk, "day", days=0), add_link(desk, "eve")
    desk.stage.change(staff.staff, desk.stage.ids["eve"], archived_at=desk.stage.clock())

    assert [desk.stranger().get(path).status_code for path in (old, archived, "/first-password/x")] == [404] * 3


@pytest.mark.parametrize(
    ("password", "again", "advice"),
    [("short", "short", "10 to 200 characters"), ("three plain words", "three plain word", "Type the same one twice")],
)
def test_a_first_password_that_does_not_do_is_refused_with_advice(
    desk: Desk, password: str, again: str, advice: str
) -> None:
    path = add_link(desk)

    answer = desk.stranger().send(path, password=password, again=again, name="Laptop")

    assert (answer.status_code, advice in words(answer)) == (422, True)


def page_without_csrf(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrf_token" not in line)
