"""The guard on the admin wing: what it refuses, and that no rule of it ever lets anybody in."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.admin.guard import Asking, Refusal, refusal
from kiosk.store.tables import screens
from tests.admin.conftest import Desk, words
from tests.display.screens import ask as ask_for_pairing
from tests.display.screens import let_in
from tests.stage import Browser

PLAIN = Asking(marked=False, address=ip_address("192.0.2.7"), destination="document", vouched="")
LECTERNS = ["10.20.0.0/16", "2001:db8:1::/48"]


def add_network(desk: Desk, cidr: str = "10.20.0.0/16") -> None:
    desk.stage.add("", screens.lectern_network, cidr=cidr, label="Lecterns")


@pytest.mark.parametrize("path", ["/", "/sign-in", "/lectures", "/pair", "/no-such-page"])
def test_a_browser_that_shows_a_screen_gets_no_staff_page(desk: Desk, day: Browser, path: str) -> None:
    day.set_cookie("kiosk_marker", "anything", domain="staff.kiosk.test")

    answer = day.get(path)

    assert (answer.status_code, "This browser shows a screen" in words(answer)) == (403, True)


def test_a_lectern_gets_no_staff_page_whoever_is_signed_in(desk: Desk, day: Browser) -> None:
    add_network(desk)

    inside = day.get("/", environ_overrides={"REMOTE_ADDR": "10.20.3.4"})
    outside = day.get("/", environ_overrides={"REMOTE_ADDR": "10.21.3.4"})

    assert (inside.status_code, "This is a lectern" in words(inside)) == (403, True)
    assert outside.status_code == 200


def test_a_lectern_can_not_sign_in(desk: Desk) -> None:
    add_network(desk)
    browser = desk.stranger()
    token = browser.csrf("/sign-in")

    answer = browser.post("/sign-in", data={"csrf_token": token}, environ_overrides={"REMOTE_ADDR": "10.20.3.4"})

    assert answer.status_code == 403


def test_a_listed_network_counts_for_whoever_hides_in_an_ipv6_address(desk: Desk, day: Browser) -> None:
    add_network(desk)

    assert day.get("/", environ_overrides={"REMOTE_ADDR": "::ffff:10.20.3.4"}).status_code == 403


def test_what_a_lectern_says_of_its_own_address_counts_for_nothing(desk: Desk, day: Browser) -> None:
    add_network(desk)
    says = {"X-Forwarded-For": "192.0.2.7"}

    assert day.get("/", headers=says, environ_overrides={"REMOTE_ADDR": "10.20.3.4"}).status_code == 403


@pytest.mark.parametrize(("proxies", "says"), [(1, {}), (2, {"X-Forwarded-For": "192.0.2.7"})])
def test_a_proxy_that_does_not_say_for_whom_it_asks_gets_nothing(
    desk: Desk, proxies: int, says: dict[str, str]
) -> None:
    add_network(desk)
    browser = Browser(desk.stage.app("admin", trusted_proxies=proxies))

    assert browser.get("/sign-in", headers=says).status_code == 403


@pytest.mark.parametrize("destination", ["iframe", "frame", "embed", "object", "fencedframe", "IFRAME"])
def test_a_page_in_a_frame_is_refused(day: Browser, destination: str) -> None:
    assert day.get("/", headers={"Sec-Fetch-Dest": destination}).status_code == 403


def test_who_comes_from_nowhere_is_refused(day: Browser) -> None:
    answer = day.get("/", environ_overrides={"REMOTE_ADDR": ""})

    assert (answer.status_code, "We can’t tell where you are" in words(answer)) == (403, True)


def test_a_certificate_of_a_lectern_is_enough(desk: Desk) -> None:
    app = desk.stage.app("admin", lectern_header="X-Lectern")

    said, unsaid = (Browser(app).get("/sign-in", headers=it) for it in ({"X-Lectern": "CN=4-4053"}, {"X-Lectern": ""}))

    assert (said.status_code, unsaid.status_code) == (403, 200)


def test_without_the_setting_no_header_counts(desk: Desk) -> None:
    assert desk.stranger().get("/sign-in", headers={"X-Lectern": "CN=4-4053"}).status_code == 200


def test_style_is_served_to_a_refused_page(desk: Desk) -> None:
    browser = desk.stranger()
    browser.set_cookie("kiosk_marker", "1", domain="staff.kiosk.test")
    style = browser.get("/sign-in").text.split('stylesheet" href="')[1].split('"')[0]

    assert browser.get(style).status_code == 200


def test_a_refused_page_carries_nobody(desk: Desk, day: Browser) -> None:
    day.set_cookie("kiosk_marker", "1", domain="staff.kiosk.test")

    text = day.get(desk.lecture(rest="/register")).text

    assert not [name for name in ("Dr Day", "Lovelace", "COMP1201") if name in text]


def test_a_screen_marks_its_browser_and_unmarks_it_when_it_is_over(desk: Desk) -> None:
    screen = ask_for_pairing(desk.stage)
    screen_id = let_in(desk.stage, screen, lecture="algorithms")

    shown = screen.get("/")
    desk.stage.change(screens.screen, screen_id, revoked_at=desk.stage.clock())
    over = screen.get("/")

    (mark,) = [it for it in shown.headers.getlist("Set-Cookie") if it.startswith("kiosk_marker=")]
    assert ("Domain=kiosk.test" in mark, "HttpOnly" in mark, "Path=/" in mark, "Max-Age=43200" in mark) == (True,) * 4
    assert [it for it in over.headers.getlist("Set-Cookie") if it.startswith("kiosk_marker=;") and "Max-Age=0" in it]


def test_a_screen_that_only_asks_is_not_marked(desk: Desk) -> None:
    screen = ask_for_pairing(desk.stage)

    assert "kiosk_marker" not in str(screen.get("/").headers)


addresses = st.ip_addresses() | st.sampled_from([ip_address("10.20.0.1"), ip_address("2001:db8:1::9")]) | st.none()
askings = st.builds(
    Asking,
    marked=st.booleans(),
    address=addresses,
    destination=st.sampled_from(["", "document", "empty", "iframe", "object"]),
    vouched=st.sampled_from(["", "CN=lectern"]),
)


@given(askings)
def test_each_rule_alone_is_enough_and_nothing_else_refuses(asking: Asking) -> None:
    is_listed = asking.address is not None and any(asking.address in ip_network(cidr) for cidr in LECTERNS)
    reasons = [asking.marked, asking.address is None, bool(asking.vouched), is_listed]
    reasons.append(asking.destination in ("iframe", "object"))

    assert (refusal(asking, LECTERNS) is not None) is any(reasons)


@given(askings, st.lists(st.sampled_from(LECTERNS)))
def test_to_carry_less_never_opens_what_a_listed_address_closes(asking: Asking, networks: list[str]) -> None:
    """Clearing every cookie and header leaves whoever sits in a listed network where they were."""
    bare = Asking(marked=False, address=asking.address, destination="", vouched="")

    if refusal(bare, networks) is not None:
        assert refusal(asking, networks) is not None


def test_a_plain_browser_is_not_refused() -> None:
    assert refusal(PLAIN, LECTERNS) is None
    assert refusal(Asking(True, PLAIN.address, "document", ""), []) is Refusal.SHOWS_A_SCREEN
