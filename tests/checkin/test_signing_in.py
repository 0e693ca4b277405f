"""Signing in and out: one student at a time, in words that say nothing of who has an account."""

from datetime import date
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.store.tables import register
from kiosk.web import passwords
from tests.checkin.conftest import Outage, Phone, words
from tests.stage import PASSWORD, tokenless


def cookie(answer: TestResponse, name: str = "kiosk_checkin") -> SimpleCookie:
    found = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        found.load(header)
    assert name in found
    return found


def contents(phone: Phone, app: Flask) -> dict[str, object]:
    """What the sign-in cookie holds."""
    value = phone.browser.get_cookie("kiosk_checkin", "in.kiosk.test")
    assert value is not None
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return dict(signer.loads(value.value))


def test_signing_in_leads_to_the_digits(phone: Phone) -> None:
    answer = phone.sign_in()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Ada Lovelace" in phone.read("/")


def test_signing_in_with_a_scan_leads_to_its_confirmation(phone: Phone) -> None:
    phone.scan()

    assert phone.sign_in().headers["Location"] == "/check-in"


def test_a_login_in_capitals_is_the_same_login(phone: Phone) -> None:
    assert phone.sign_in(" ADA ").status_code == 303


def test_nobody_learns_who_has_an_account(phone: Phone, other_phone: Phone) -> None:
    phone.stage.add("new", register.student, number="9", login="new", known_as="No Password")
    answers = [phone.sign_in("ada", "wrong password"), other_phone.sign_in("ada2", "wrong password")]
    answers.append(phone.sign_in("new", "wrong password"))

    assert {it.status_code for it in answers} == {422}
    assert "This login and password don't go together." in words(answers[0])
    assert tokenless(words(answers[0])) == tokenless(words(answers[1])).replace("ada2", "ada")
    assert tokenless(words(answers[0])) == tokenless(words(answers[2])).replace('"new"', '"ada"')


def test_an_unknown_account_costs_as_much_hashing(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    verify = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *args: verified.append(args[0][:31]) or verify(*args))
    phone.stage.password_hash = passwords.hash_here("her own password")
    phone.stage.add_student("dee", "31000004", "Dee Own Password")
    phone.sign_in("dee", "wrong password")
    phone.sign_in("nobody", "wrong password")

    assert len(verified) == 2
    assert verified[0] == verified[1]


@pytest.mark.parametrize(
    ("login", "password"),
    [("", "x"), ("ada", ""), ("a\0da", "x"), ("x" * 10_000, "x"), ("ada", "x" * 10_000), ("\ud7ff😀", "\0")],
)
def test_odd_input_reads_like_a_wrong_password(any_phone: Phone, login: str, password: str) -> None:
    answer = any_phone.sign_in(login, password)

    assert answer.status_code == 422
    assert "Check both and try once more." in words(answer)


def test_the_sixth_wrong_password_must_wait_until_the_first_is_five_minutes_old(phone: Phone) -> None:
    for _ in range(5):
        assert phone.sign_in("ada", "wrong password").status_code == 422
        phone.stage.clock.go_on(seconds=20)
    waiting = phone.sign_in()
    phone.stage.clock.go_on(seconds=200)

    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "200")
    assert "Wait 4 minutes, then try once more." in words(waiting)
    assert phone.sign_in().status_code == 303


def test_nobody_waits_for_as_long_as_the_servers_clock_was_ahead(phone: Phone) -> None:
    phone.stage.clock.go_on(hours=2)
    for _ in range(5):
        phone.sign_in("ada", "wrong password")
    phone.stage.clock.go_on(hours=-2)

    assert phone.sign_in().status_code == 303


def test_tries_are_counted_for_an_account_that_does_not_exist_too(phone: Phone) -> None:
    answers = [phone.sign_in("nobody", "wrong password").status_code for _ in range(6)]

    assert answers == [422] * 5 + [429]


def test_another_browser_does_not_end_the_wait(phone: Phone, other_phone: Phone) -> None:
    for _ in range(5):
        phone.sign_in("ada", "wrong password")

    assert other_phone.sign_in("ADA").status_code == 429
    assert other_phone.sign_in("ben").status_code == 303


def test_one_browser_may_not_try_many_accounts(phone: Phone) -> None:
    answers = [phone.sign_in(f"nobody{number}", "wrong password").status_code for number in range(21)]

    assert answers == [422] * 20 + [429]


def test_signing_in_forgets_the_tries_before(phone: Phone) -> None:
    for _ in range(4):
        phone.sign_in("ada", "wrong password")
    phone.sign_in()
    for _ in range(4):
        phone.sign_in("ada", "wrong password")

    assert phone.sign_in().status_code == 303


def test_the_wait_keeps_the_scan(phone: Phone) -> None:
    phone.scan()
    for _ in range(6):
        phone.sign_in("ada", "wrong password", on="/check-in")
    phone.stage.clock.go_on(minutes=6)
    phone.sign_in(on="/check-in")

    assert phone.press().status_code == 303


def test_an_own_device_stays_signed_in_for_a_term(phone: Phone) -> None:
    answer = phone.sign_in()
    assert cookie(answer)["kiosk_checkin"]["expires"]

    phone.stage.clock.go_on(days=149)
    assert "Ada Lovelace" in phone.read("/")
    phone.stage.clock.go_on(days=1)
    assert "<title>Sign in</title>" in phone.read("/")


def test_a_shared_computer_forgets_a_student_right_after_the_check_in(any_phone: Phone) -> None:
    any_phone.scan()
    answer = any_phone.sign_in(on="/check-in", shared="yes")
    done = any_phone.press()

    assert not cookie(answer)["kiosk_checkin"]["expires"]
    assert (done.status_code, done.headers["Location"]) == (303, "/check-ins/last")
    assert len(any_phone.stage.rows(register.attendance)) == 1
    assert any_phone.browser.get(f"/check-ins/{any_phone.stage.ids['algorithms']}").status_code == 404
    assert "<title>Sign in</title>" in any_phone.read("/")


def test_it_says_once_that_they_are_checked_in_and_to_whoever_comes_back_that_nobody_is_signed_in(
    any_phone: Phone,
) -> None:
    any_phone.sign_in(shared="yes")
    said = [any_phone.read(any_phone.type(any_phone.stage.digits()).headers["Location"])]
    said += [any_phone.read("/check-ins/last") for _ in range(2)]

    assert "You are checked in" in said[0]
    assert "as <bdi>Ada Lovelace</bdi>" in said[0]
    assert "You are signed out of this computer." in said[0]
    assert [("Ada" in it, "COMP1201" in it, "You are signed out" in it) for it in said[1:]] == [
        (False, False, True)
    ] * 2


def test_what_nobody_looked_at_for_a_minute_is_said_to_nobody(phone: Phone) -> None:
    phone.sign_in(shared="yes")
    phone.type(phone.stage.digits())
    phone.stage.clock.go_on(seconds=60)

    assert ("Ada" in phone.read("/check-ins/last"), "Sign in" in phone.read("/")) == (False, True)


def test_what_is_left_to_say_opens_no_page_of_the_students(phone: Phone) -> None:
    """It is worth one confirmation: not the record, not the account, not another check-in."""
    phone.sign_in(shared="yes")
    phone.type(phone.stage.digits())

    paths = ("/record", "/account", "/settings", "/requests", f"/check-ins/{phone.stage.ids['algorithms']}")
    assert {phone.browser.get(path).status_code for path in paths} == {404}
    assert "Ada" not in phone.read("/")


def test_whoever_signs_in_next_takes_nothing_over(phone: Phone) -> None:
    phone.sign_in(shared="yes")
    phone.type(phone.stage.digits())
    phone.sign_in("ben", shared="yes")

    assert "Ada" not in phone.read("/check-ins/last")


def test_a_confirmation_that_could_not_be_made_is_there_at_the_next_try(phone: Phone, outage: Outage) -> None:
    phone.sign_in(shared="yes")
    phone.type(phone.stage.digits())
    outage.begin()
    away = phone.browser.get("/check-ins/last").status_code
    outage.end()

    assert (away, "You are checked in" in phone.read("/check-ins/last")) == (503, True)


def test_a_shared_computer_forgets_a_student_ten_minutes_after_the_last_page(phone: Phone) -> None:
    phone.sign_in(shared="yes")
    for path in ("/record", "/what-we-hold", "/settings"):
        phone.stage.clock.go_on(minutes=9, seconds=59)
        assert phone.browser.get(path).status_code == 200

    phone.stage.clock.go_on(minutes=10)
    assert "<title>Sign in</title>" in phone.read("/")


def read_for(phone: Phone, minutes: int) -> str:
    """Go from page to page on a shared computer, one each nine minutes; the last of them."""
    for _ in range(minutes // 9):
        phone.stage.clock.go_on(minutes=9)
        text = phone.read("/record")
    return text


def test_nobody_stays_signed_in_on_a_shared_computer_for_more_than_two_hours(phone: Phone) -> None:
    phone.sign_in(shared="yes")

    assert "<title>Your record</title>" in read_for(phone, 117)
    assert "Your sign-in has ended" in read_for(phone, 9)


def test_style_sheets_keep_nobody_signed_in(phone: Phone) -> None:
    phone.sign_in(shared="yes")
    sheet = phone.read("/").partition('rel="stylesheet" href="')[2].partition('"')[0]
    phone.stage.clock.go_on(minutes=9)
    fetched = phone.browser.get(sheet)
    phone.stage.clock.go_on(minutes=1)

    assert (fetched.status_code, "Set-Cookie" in fetched.headers) == (200, False)
    assert "<title>Sign in</title>" in phone.read("/")


@pytest.mark.parametrize("is_set_here", [True, False])
def test_more_time_is_longer_on_a_shared_computer_too(phone: Phone, other_phone: Phone, *, is_set_here: bool) -> None:
    setting = phone if is_set_here else other_phone
    setting.sign_in(shared="yes")
    setting.browser.send("/settings", more_time="yes")
    if not is_set_here:
        phone.sign_in(shared="yes")
    phone.stage.clock.go_on(minutes=99, seconds=59)
    stays = "Ada Lovelace" in phone.read("/")
    phone.stage.clock.go_on(minutes=100)

    assert (stays, "<title>Sign in</title>" in phone.read("/")) == (True, True)


def test_the_usual_time_is_back_at_once_when_more_is_given_up(phone: Phone) -> None:
    phone.sign_in(shared="yes")
    phone.browser.send("/settings", more_time="yes")
    phone.browser.send("/settings")
    phone.stage.clock.go_on(minutes=10)

    assert "<title>Sign in</title>" in phone.read("/")


@pytest.mark.parametrize("path", ["/record", "/account", "/no/such/page", "/check-ins/1"])
def test_a_page_that_closed_with_the_sign_in_says_so_and_leads_back_to_it(phone: Phone, path: str) -> None:
    phone.sign_in(shared="yes")
    phone.stage.clock.go_on(minutes=10)
    answer = phone.browser.get(path)
    text = words(answer)

    assert answer.status_code == 404
    assert "<h1>Your sign-in has ended</h1>" in text
    assert 'class="button" href="/"' in text
    assert ("Check the address" in text, "Ada" in text, "Your account" in text) == (False, False, False)


def test_digits_typed_too_late_lead_to_a_sign_in_that_says_why(phone: Phone) -> None:
    phone.sign_in(shared="yes")
    form = {"csrf_token": phone.browser.csrf("/"), "digits": phone.stage.digits()}
    phone.stage.clock.go_on(minutes=10)
    text = words(phone.browser.post("/", data=form, follow_redirects=True))

    assert "Your sign-in here has ended." in text
    assert "has ended" not in words(phone.sign_in(password="wrong"))


def test_a_sign_in_that_was_ended_elsewhere_says_so_and_a_stranger_reads_nothing_of_it(
    phone: Phone, other_phone: Phone
) -> None:
    stranger = Phone(phone.stage, phone.browser.application)
    for it in (phone, other_phone):
        it.sign_in()
    phone.browser.send("/account/sign-out-everywhere", form_on="/account")
    texts = [it.read("/account") for it in (other_phone, phone, stranger)]

    assert ["Your sign-in has ended" in it for it in texts] == [True, False, False]
    assert ["Check the address" in it for it in texts] == [False, True, True]


def test_signing_out_ends_it_in_this_browser_alone(phone: Phone, other_phone: Phone) -> None:
    phone.sign_in()
    other_phone.sign_in()
    answer = phone.browser.send("/sign-out", form_on="/account")

    assert "You are signed out" in phone.read(answer.headers["Location"])
    assert "<title>Sign in</title>" in phone.read("/")
    assert "Ada Lovelace" in other_phone.read("/")


def test_signing_out_everywhere_ends_it_in_all(any_phone: Phone) -> None:
    other = Phone(any_phone.stage, any_phone.browser.application)
    any_phone.sign_in()
    other.sign_in()
    any_phone.browser.send("/account/sign-out-everywhere", form_on="/account")

    assert "<title>Sign in</title>" in other.read("/")
    assert any_phone.sign_in().status_code == 303


def test_a_copied_cookie_is_worthless_after_signing_out_everywhere(phone: Phone, other_phone: Phone) -> None:
    phone.sign_in()
    copied = phone.browser.get_cookie("kiosk_checkin", "in.kiosk.test")
    phone.browser.send("/account/sign-out-everywhere", form_on="/account")
    assert copied is not None
    other_phone.browser.set_cookie("kiosk_checkin", copied.value, domain="in.kiosk.test")

    assert "<title>Sign in</title>" in other_phone.read("/")


def test_signing_in_renews_the_csrf_token(phone: Phone) -> None:
    before = phone.browser.csrf("/")
    phone.sign_in()

    assert phone.browser.post("/", data={"csrf_token": before, "digits": phone.stage.digits()}).status_code == 400


def test_the_sign_in_cookie_holds_no_trace_of_address_or_browser(phone: Phone, app: Flask) -> None:
    phone.sign_in()

    assert contents(phone, app).keys() == {"_permanent", "_user_id", "browser", "marks", "until"}


def test_signing_in_from_another_site_is_refused(phone: Phone) -> None:
    form = {"csrf_token": phone.browser.csrf("/"), "login": "ada", "password": "correct horse battery"}
    answer = phone.browser.post("/sign-in", data=form, headers={"Origin": "https://elsewhere.test"})

    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["next", "url", "to", "return", "redirect"])
def test_no_address_from_a_request_is_gone_to(phone: Phone, name: str) -> None:
    csrf = phone.browser.csrf("/")
    form = {"csrf_token": csrf, "login": "ada", "password": "correct horse battery", name: "//elsewhere.test"}
    answer = phone.browser.post(f"/sign-in?{name}=//elsewhere.test", data=form)

    assert answer.headers["Location"] == "/"


def test_whoever_has_left_is_out(phone: Phone, other_phone: Phone) -> None:
    phone.sign_in()
    phone.stage.change(register.student, phone.stage.ids["ada"], left_on=date(2026, 11, 23))

    assert "<title>Sign in</title>" in phone.read("/")
    assert other_phone.sign_in().status_code == 422


def test_the_last_day_is_still_a_day(phone: Phone) -> None:
    phone.stage.change(register.student, phone.stage.ids["ada"], left_on=date(2026, 11, 24))

    assert phone.sign_in().status_code == 303


@pytest.mark.parametrize("path", ["/account", "/check-ins/1", "/no/such/page", "/accounts/", "/check-ins/x"])
def test_a_stranger_gets_one_answer_for_what_exists_and_what_does_not(phone: Phone, path: str) -> None:
    answer = phone.browser.get(path)

    assert answer.status_code == 404
    assert tokenless(words(answer)) == tokenless(words(phone.browser.get("/a/b")))


def test_whoever_scanned_after_somebody_else_does_not_get_their_moment(phone: Phone) -> None:
    """A phone that is lent: its owner scanned and did not tap, the other scans anew, and is not the owner."""
    phone.sign_in()
    phone.scan()
    phone.stage.clock.set(10, 17)
    phone.scan()
    phone.browser.send("/not-you", form_on="/check-in")
    phone.scan()
    phone.sign_in("ben", on="/check-in")
    phone.press()

    rows = phone.stage.rows(register.attendance)
    assert [(row.student_id, row.status) for row in rows] == [(phone.stage.ids["ben"], "present_late")]


def test_a_second_scan_of_an_earlier_session_takes_nothing_from_whoever_scans_the_next(phone: Phone) -> None:
    phone.stage.add_lecture("next")
    phone.sign_in()
    for _ in range(2):
        phone.scan()
    phone.press()
    phone.scan("next")

    assert phone.browser.send("/not-you", form_on="/check-in").headers["Location"] == "/check-in"


@pytest.mark.parametrize(("scans", "leads_to"), [(True, "/check-in"), (False, "/")])
def test_a_second_window_with_the_form_says_that_somebody_is_in_already(
    phone: Phone, *, scans: bool, leads_to: str
) -> None:
    if scans:
        phone.scan()
    form = {"csrf_token": phone.browser.csrf("/check-in" if scans else "/"), "login": "ada", "password": PASSWORD}
    phone.browser.post("/sign-in", data=form)
    answer = phone.browser.post("/sign-in", data=form)

    assert (answer.status_code, "Somebody has signed in here already" in words(answer)) == (400, True)
    assert f'class="button" href="{leads_to}"' in answer.text
    assert "keep cookies" not in answer.text
