"""Scanning: the address in the symbol hands over a receipt, and changes nothing else."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from itsdangerous import Signer

from kiosk.store.tables import board, register
from tests.checkin.conftest import Outage, Phone, words

TABLES = (register.attendance, register.attendance_change, register.walk_in, register.spent_receipt)


def test_a_scan_leads_to_a_clean_address_with_a_receipt(phone: Phone) -> None:
    answer = phone.scan()

    assert (answer.status_code, answer.headers["Location"]) == (303, "/check-in")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["kiosk_receipt"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"], cookie["path"]) == ("3600", True, "Lax", "/")


def test_a_scan_writes_nothing(phone: Phone) -> None:
    phone.scan()
    phone.read("/check-in")

    assert [phone.stage.rows(table) for table in TABLES] == [[], [], [], []]


def test_a_scan_typed_in_lower_case_is_as_good(phone: Phone) -> None:
    assert phone.browser.get(f"/{phone.stage.qr().lower()}").status_code == 303


def test_the_code_before_last_is_still_good(phone: Phone) -> None:
    code = phone.stage.qr()
    phone.stage.clock.go_on(seconds=20)

    assert phone.browser.get(f"/{code}").status_code == 303


def test_a_held_code_is_good_while_it_is_held(phone: Phone) -> None:
    clock, stage = phone.stage.clock, phone.stage
    code = stage.qr()
    stage.hold(clock())
    clock.go_on(minutes=4)

    assert phone.browser.get(f"/{code}").status_code == 303


@pytest.mark.parametrize(("hour", "minute", "seconds"), [(9, 44, 58), (10, 20, 1)], ids=["opens", "closes"])
def test_at_the_windows_edges_a_screens_clock_may_be_two_seconds_off(
    phone: Phone, hour: int, minute: int, seconds: int
) -> None:
    ahead = timedelta(seconds=2 if hour == 9 else -2)
    now = phone.stage.clock.set(hour, minute, seconds)
    phone.browser.get(f"/{phone.stage.qr(at=now + ahead)}")
    phone.sign_in(on="/check-in")

    assert phone.press().status_code == 303
    assert len(phone.stage.rows(register.attendance)) == 1


def test_two_seconds_after_the_window_has_closed_the_last_code_is_too_late(phone: Phone) -> None:
    now = phone.stage.clock.set(10, 20, 2)
    phone.browser.get(f"/{phone.stage.qr(at=now - timedelta(seconds=3))}")

    assert "Check-in has closed" in phone.read("/check-in")


@pytest.mark.parametrize("seconds", [60, 86_400])
def test_an_expired_code_says_what_to_do(phone: Phone, seconds: int) -> None:
    code = phone.stage.qr()
    phone.stage.clock.go_on(seconds=seconds)
    answer = phone.browser.get(f"/{code}")

    assert answer.status_code == 404
    assert "This code has changed" in words(answer)
    assert "Scan the one on the screen now, or type its six digits." in words(answer)


def test_a_forged_code_reads_like_an_expired_one(phone: Phone) -> None:
    assert "This code has changed" in phone.read("/0123456789")


@pytest.mark.parametrize("cut", ["Z", "ABCDEFGHJ", "ABCDEFGHJKM", "a" * 64, "robots"])
def test_a_truncated_address_says_what_to_do(phone: Phone, cut: str) -> None:
    answer = phone.browser.get(f"/{cut}")

    assert answer.status_code == 404
    assert "This address is not complete" in words(answer)
    assert "Scan the code on the screen once more" in words(answer)


@pytest.mark.parametrize("path", ["/a/b", "/favicon.ico", "/%00", "/ABC%00DEFGHJK", "/%D9%A1", "/" + "a" * 65, "/.env"])
def test_any_other_address_is_a_neutral_page(phone: Phone, path: str) -> None:
    assert phone.browser.get(path).status_code == 404


def test_a_code_that_is_on_no_screen_yet_says_when_it_will_be(phone: Phone) -> None:
    phone.stage.clock.set(9, 30)
    phone.scan()

    assert "It is too early to check in" in phone.read("/check-in")


def test_the_sign_in_page_names_the_session_and_how_long_the_scan_is_kept(phone: Phone) -> None:
    phone.scan()
    text = phone.read("/check-in")

    assert "<title>Sign in</title>" in text
    assert "COMP1201 Algorithms" in text
    assert "your scan at 10:02 is kept until 11:02" in text


def test_without_a_scan_there_is_nothing_to_confirm(phone: Phone) -> None:
    assert "No scan is waiting" in phone.read("/check-in")


def test_a_receipt_is_good_for_an_hour_and_no_longer(phone: Phone) -> None:
    phone.scan()
    phone.stage.clock.go_on(minutes=59, seconds=59)
    assert "<title>Sign in</title>" in phone.read("/check-in")

    phone.stage.clock.go_on(seconds=1)
    assert "Your scan is too old" in phone.read("/check-in")


@pytest.mark.parametrize("key", ["the admin key of the stage, long enough to be one", "x" * 40])
def test_a_receipt_signed_with_another_key_is_none(phone: Phone, key: str) -> None:
    phone.scan()
    own = phone.browser.get_cookie("kiosk_receipt", "in.kiosk.test")
    assert own is not None
    text = own.value.rsplit(".", 1)[0]
    forged = Signer(key, salt="kiosk.checkin.receipt").sign(text).decode()
    phone.browser.set_cookie("kiosk_receipt", forged, domain="in.kiosk.test")

    assert "No scan is waiting" in phone.read("/check-in")


def test_scans_go_on_while_the_database_is_away_for_a_minute(phone: Phone, outage: Outage) -> None:
    code = phone.stage.qr(at=phone.stage.clock() + timedelta(seconds=100))
    phone.scan()
    outage.begin()
    phone.stage.clock.go_on(seconds=100)

    assert phone.browser.get(f"/{code}").status_code == 303


def test_after_two_minutes_without_the_database_a_scan_says_so(phone: Phone, outage: Outage) -> None:
    code = phone.stage.qr(at=phone.stage.clock() + timedelta(seconds=121))
    phone.scan()
    outage.begin()
    phone.stage.clock.go_on(seconds=121)
    answer = phone.browser.get(f"/{code}")

    assert answer.status_code == 503
    assert "Nothing was recorded yet" in words(answer)


def test_the_board_is_read_anew_after_seconds(phone: Phone) -> None:
    phone.scan()
    phone.stage.clock.go_on(seconds=2)
    phone.stage.change(board.lecture, phone.stage.ids["algorithms"], cancelled_at=phone.stage.clock())

    assert "This session is cancelled" in phone.read("/check-in")


def test_a_new_salt_makes_the_codes_before_it_worthless(phone: Phone) -> None:
    code = phone.stage.qr()
    phone.scan()
    phone.stage.change(board.lecture, phone.stage.ids["algorithms"], salt=b"another salt 16b")
    phone.stage.clock.go_on(seconds=3)

    assert phone.browser.get(f"/{code}").status_code == 404


def test_a_second_scan_of_a_session_leaves_the_first_ones_moment(any_phone: Phone) -> None:
    any_phone.scan()
    any_phone.stage.clock.set(10, 15)
    any_phone.scan()
    any_phone.sign_in(on="/check-in")
    any_phone.press()

    assert [row.status for row in any_phone.stage.rows(register.attendance)] == ["present"]


def test_after_the_end_of_check_in_a_second_scan_does_not_lose_the_first(phone: Phone) -> None:
    phone.scan()
    phone.stage.clock.set(10, 21)
    phone.scan()
    phone.sign_in(on="/check-in")

    assert phone.press().headers["Location"] == f"/check-ins/{phone.stage.ids['algorithms']}"


def test_a_scan_from_before_check_in_opened_gives_way_to_the_next(phone: Phone) -> None:
    phone.stage.add_lecture("later", starts_at=phone.stage.start + timedelta(minutes=30))
    phone.scan("later")
    phone.stage.clock.set(10, 28)
    phone.scan("later")
    phone.sign_in(on="/check-in")
    phone.press("later")

    assert [row.lecture_id for row in phone.stage.rows(register.attendance)] == [phone.stage.ids["later"]]


def test_a_scan_whose_hour_is_over_gives_way_to_the_next(phone: Phone) -> None:
    phone.stage.add_lecture("long", minutes=180)
    phone.stage.change(board.module, phone.stage.ids["COMP1201"], closes_minutes_after=150)
    phone.scan("long")
    phone.stage.clock.set(11, 5)
    phone.scan("long")
    phone.sign_in(on="/check-in")

    assert "Check in as" in phone.read("/check-in")
