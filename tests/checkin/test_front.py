"""The tap before Flask: what it takes it answers as the app would, and whatever is not plain it leaves to the app.

Each case is sent twice to the same state of the register: through the front, and to the app behind it alone. Status, headers
and rows are the same, and the app is asked for every case but the plain one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from werkzeug.test import EnvironBuilder, run_wsgi_app

from kiosk.checkin.front import Front
from kiosk.store.tables import board, register, wishes
from tests.checkin.conftest import Phone
from tests.stage import Stage

TABLES = (register.attendance, register.attendance_change, register.spent_receipt, register.walk_in)
HOST = "in.kiosk.test"


@dataclass
class Tap:
    """A tap as a phone sends it, to be bent."""

    cookies: dict[str, str]
    form: list[tuple[str, str]]
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})
    host: str = HOST
    path: str = "/check-in"
    method: str = "POST"
    kind: str = "application/x-www-form-urlencoded"
    body: bytes | None = None
    length: str | None = None

    def environ(self) -> dict[str, Any]:
        body = urlencode(self.form).encode() if self.body is None else self.body
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**self.headers, "Host": self.host, "Cookie": cookies}
        made = EnvironBuilder(path=self.path, method=self.method, headers=headers, data=body, content_type=self.kind)
        environ = made.get_environ()
        if self.length is not None:
            environ["CONTENT_LENGTH"] = self.length
        return environ


@dataclass(frozen=True)
class Came:
    """What came of a tap: the answer, and what the register says afterwards."""

    status: str
    headers: list[tuple[str, str]]
    rows: list[list[tuple[Any, ...]]]


class Both:
    """The check-in wing with its front and without."""

    def __init__(self, phone: Phone) -> None:
        self.stage, self.app = phone.stage, phone.browser.application
        front = self.app.wsgi_app
        assert isinstance(front, Front)
        self.front, self.behind = front, front._inner
        self.asked_behind = 0
        front._inner = self._ask_behind

    def _ask_behind(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.asked_behind += 1
        return self.behind(environ, start_response)

    def send(self, tap: Tap) -> Came:
        """To both, from the same state; asserts that what came of it is the same, and says what."""
        before = {table: self.stage.rows(table) for table in TABLES}
        self.asked_behind = 0
        came = [self._send(tap, through) for through in (self.behind, self.front) if self._put_back(before)]
        assert came[0] == came[1]
        return came[1]

    def _send(self, tap: Tap, through: Callable[..., Any]) -> Came:
        _, status, headers = run_wsgi_app(through, tap.environ(), buffered=True)
        told = sorted(
            (name, value) for name, value in headers if not (name == "Set-Cookie" and "kiosk_checkin" in value)
        )
        return Came(status, told, [[tuple(row)[1:] for row in self.stage.rows(table)] for table in TABLES])

    def _put_back(self, before: dict[Any, list[Any]]) -> bool:
        with self.stage.database.owner.begin() as connection:
            for table in reversed(TABLES):
                connection.execute(delete(table))
            for table, rows in before.items():
                for row in rows:
                    connection.execute(table.insert().values(**row._mapping))
        return True


def scanned(phone: Phone, login: str = "ada", **sign_in: str) -> Tap:
    """The tap of somebody who has scanned and signed in."""
    phone.scan()
    phone.sign_in(login, on="/check-in", **sign_in)
    token = phone.browser.csrf("/check-in")
    return tap_of(phone, token)


def tap_of(phone: Phone, token: str, lecture: str = "algorithms") -> Tap:
    cookies = {name: phone.browser.get_cookie(name, HOST) for name in ("kiosk_checkin", "kiosk_receipt")}
    kept = {name: it.value for name, it in cookies.items() if it is not None}
    return Tap(kept, [("csrf_token", token), ("lecture", str(phone.stage.ids[lecture]))])


@pytest.fixture
def both(phone: Phone) -> Both:
    return Both(phone)


@pytest.fixture
def any_both(any_phone: Phone) -> tuple[Phone, Both]:
    return any_phone, Both(any_phone)


def test_a_plain_tap_is_taken_before_the_app_and_is_what_the_app_would_do(any_both: tuple[Phone, Both]) -> None:
    phone, both = any_both
    came = both.send(scanned(phone))
    assert came.status == "303 SEE OTHER"
    assert [len(rows) for rows in came.rows] == [1, 1, 1, 0]
    assert both.asked_behind == 0


def test_so_is_one_in_another_groups_session_and_one_online(phone: Phone, both: Both) -> None:
    stage = phone.stage
    stage.change(board.lecture, stage.ids["algorithms"], mode="remote")
    with stage.database.owner.begin() as connection:
        connection.execute(board.lecture_module.update().values(group_name="Monday"))
        connection.execute(register.enrolment.update().values(group_name="Friday"))
    came = both.send(scanned(phone))
    assert (came.rows[0][0][2:5], both.asked_behind) == (("present_remote", "qr", True), 0)


def foreign(tap: Tap) -> None:
    tap.headers = {"Sec-Fetch-Site": "cross-site"}


def from_another_origin(tap: Tap) -> None:
    tap.headers = {"Origin": "http://elsewhere.test"}


def by_another_name(tap: Tap) -> None:
    tap.host = "elsewhere.test"


def without_token(tap: Tap) -> None:
    tap.form = tap.form[1:]


def with_a_made_up_token(tap: Tap) -> None:
    tap.form = [("csrf_token", "made.up.token"), tap.form[1]]


def with_two_tokens(tap: Tap) -> None:
    tap.form = [("csrf_token", "made.up.token"), *tap.form]


def for_another_lecture(tap: Tap) -> None:
    tap.form = [tap.form[0], ("lecture", "2")]


def for_no_lecture(tap: Tap) -> None:
    tap.form = [tap.form[0], ("lecture", "٣")]


def with_a_third_field(tap: Tap) -> None:
    tap.form.append(("more", "x"))


def signed_out(tap: Tap) -> None:
    del tap.cookies["kiosk_checkin"]


def with_a_forged_sign_in(tap: Tap) -> None:
    tap.cookies["kiosk_checkin"] = tap.cookies["kiosk_checkin"][:-3] + "abc"


def without_receipt(tap: Tap) -> None:
    del tap.cookies["kiosk_receipt"]


def with_a_forged_receipt(tap: Tap) -> None:
    tap.cookies["kiosk_receipt"] = tap.cookies["kiosk_receipt"].replace(":", "0:", 1)


def as_json(tap: Tap) -> None:
    tap.kind, tap.body = "application/json", b'{"lecture": 1}'


def as_parts(tap: Tap) -> None:
    tap.kind, tap.body = "multipart/form-data; boundary=x", b"--x--"


def that_is_huge(tap: Tap) -> None:
    tap.form.append(("more", "x" * 100_000))


def that_is_no_text(tap: Tap) -> None:
    tap.body = b"csrf_token=\xff&lecture=\xfe"


def of_no_length(tap: Tap) -> None:
    tap.length = "many"


def that_only_asks(tap: Tap) -> None:
    tap.method, tap.body = "GET", b""


BENT = [it for name, it in list(globals().items()) if getattr(it, "__annotations__", {}).get("tap") is Tap]


@pytest.mark.parametrize("bend", BENT)
def test_a_tap_that_is_bent_goes_to_the_app(phone: Phone, both: Both, bend: Callable[[Tap], None]) -> None:
    tap = scanned(phone)
    bend(tap)
    both.send(tap)
    assert both.asked_behind == 1


def close(stage: Stage) -> None:
    stage.change(board.lecture, stage.ids["algorithms"], closed_at=stage.clock())


def cancel(stage: Stage) -> None:
    stage.change(board.lecture, stage.ids["algorithms"], cancelled_at=stage.clock())


def void(stage: Stage) -> None:
    stage.change(board.lecture, stage.ids["algorithms"], voided_at=stage.clock())


def sign_out_everywhere(stage: Stage) -> None:
    with stage.database.owner.begin() as connection:
        connection.execute(register.student_credential.update().values(epoch=7))


def leave(stage: Stage) -> None:
    stage.change(register.student, stage.ids["ada"], left_on=stage.start.date() - timedelta(days=1))


def leave_the_module(stage: Stage) -> None:
    with stage.database.owner.begin() as connection:
        connection.execute(register.enrolment.update().values(until_on=stage.start.date() - timedelta(days=1)))


def come_from_another_module(stage: Stage) -> None:
    with stage.database.owner.begin() as connection:
        connection.execute(delete(register.enrolment))


def be_marked(stage: Stage) -> None:
    stage.put_in_register("ada", "absent")


def be_taken_back(stage: Stage) -> None:
    stage.put_in_register("ada", "not_recorded")


def wait_for_an_hour(stage: Stage) -> None:
    stage.clock.go_on(minutes=61)


def have_more_time(stage: Stage) -> None:
    stage.add("", wishes.student_setting, student_id=stage.ids["ada"], more_time=True)


HAPPENS = [it for name, it in list(globals().items()) if getattr(it, "__annotations__", {}).get("stage") is Stage]
PLAIN = {close, cancel, void}
"""A scan made while check-in was open, of a board that was read before: it stays what it was for two seconds."""


@pytest.mark.parametrize("happens", [it for it in HAPPENS if it not in PLAIN and it is not have_more_time])
def test_what_the_register_makes_of_it_is_asked_by_the_app(
    phone: Phone, both: Both, happens: Callable[[Stage], None]
) -> None:
    tap = scanned(phone)
    happens(phone.stage)
    both.send(tap)
    assert both.asked_behind == 1


@pytest.mark.parametrize("happens", sorted(PLAIN, key=lambda it: it.__name__))
def test_what_becomes_of_the_session_is_said_by_the_app(
    phone: Phone, both: Both, happens: Callable[[Stage], None]
) -> None:
    tap = scanned(phone)
    phone.stage.clock.go_on(seconds=5)
    happens(phone.stage)
    both.send(tap)
    assert both.asked_behind == (0 if happens is close else 1)


def test_more_time_changes_nothing_for_whoever_needs_none(phone: Phone, both: Both) -> None:
    have_more_time(phone.stage)
    both.send(scanned(phone))
    assert both.asked_behind == 0


def test_whoever_comes_late_goes_to_the_app(phone: Phone, both: Both) -> None:
    phone.stage.clock.go_on(minutes=12)
    came = both.send(scanned(phone))
    assert (came.rows[0][0][2], both.asked_behind) == ("present_late", 1)


def test_on_a_shared_computer_it_is_the_app_that_answers_and_signs_out(phone: Phone, both: Both) -> None:
    came = both.send(scanned(phone, shared="yes"))
    assert (came.status, both.asked_behind) == ("303 SEE OTHER", 1)


def test_a_receipt_that_is_spent_goes_to_the_app(phone: Phone, other_phone: Phone, both: Both) -> None:
    tap = scanned(phone)
    other_phone.sign_in("ben")
    other_phone.browser.set_cookie("kiosk_receipt", tap.cookies["kiosk_receipt"], domain=HOST)
    second = tap_of(other_phone, other_phone.browser.csrf("/check-in"))
    run_wsgi_app(both.front, tap.environ(), buffered=True)
    came = both.send(second)
    assert (came.status[:3], both.asked_behind) == ("409", 1)


def test_with_the_form_of_somebody_else_it_goes_to_the_app(phone: Phone, other_phone: Phone, both: Both) -> None:
    tap, other = scanned(phone), scanned(other_phone, "ben")
    tap.form = other.form
    came = both.send(tap)
    assert (came.status[:3], both.asked_behind) == ("400", 1)


_bytes = st.binary(min_size=1, max_size=3).map(lambda some: some.translate(None, b"\r\n"))


@given(
    where=st.sampled_from(["kiosk_checkin", "kiosk_receipt", "form"]),
    at=st.integers(0, 400),
    put=_bytes,
    cut=st.integers(0, 3),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_becomes_of_its_bytes_both_say_the_same(
    phone: Phone, both: Both, where: str, at: int, put: bytes, cut: int
) -> None:
    if not hasattr(both, "plain"):
        both.plain = scanned(phone)  # type: ignore[attr-defined]
    plain: Tap = both.plain  # type: ignore[attr-defined]
    whole = urlencode(plain.form).encode() if where == "form" else plain.cookies[where].encode()
    at %= len(whole)
    bent = whole[:at] + put + whole[at + cut :]
    cookies = {**plain.cookies, where: bent.decode("latin-1")} if where != "form" else plain.cookies
    both.send(Tap(cookies, plain.form, body=bent if where == "form" else None))
