"""nginx as it stands before the wings: who is answered, by what limits, with which headers, and what it writes down."""

import contextlib
import re
import socket
import ssl

import pytest

from kiosk.store.tables import screens
from tests import servers
from tests.deploy.nginx import HOSTS, HTTP, HTTPS
from tests.deploy.test_university import on_screen
from tests.deploy.university import University
from tests.deploy.visitors import browser, line
from tests.test_connections import many_files, read_until_closed

__all__ = ["many_files"]

LINE = re.compile(
    r"\S+ (screens|in|staff)\.example\.ac\.uk [0-9a-f.:]+ (GET|HEAD|POST|other) [a-z-]+ \d{3} \d+ [\d.]+ "
    r"\[[-\w.:, ]*\] \[[-\d, ]*\] \[[-\d., ]*\]"
)
HALL = 1_500
FORM = "application/x-www-form-urlencoded"


def ask(uni: University, wing: str, path: str = "/", *more: str, host: str = "", body: str = "") -> str:
    """What is answered to a request, as it comes over the line; nothing, when nothing is."""
    first = f"{'POST' if body else 'GET'} {path} HTTP/1.1"
    about = [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"] if body else []
    head = [first, f"Host: {host or HOSTS[wing]}", "Connection: close", *about, *more, "", body]
    return send(uni, wing, "\r\n".join(head))


def send(uni: University, wing: str, text: str) -> str:
    with line(uni, wing) as connection:
        connection.sendall(text.encode())
        return read_until_closed(connection).decode(errors="replace")


@pytest.mark.parametrize(
    ("wing", "own"), [("display", "data-home="), ("checkin", 'action="/sign-in"'), ("admin", "Location: /sign-in")]
)
def test_a_host_answers_for_its_own_wing_whatever_the_connection_was_opened_for(
    uni: University, wing: str, own: str
) -> None:
    for opened_for in HOSTS:
        assert own in ask(uni, opened_for, host=HOSTS[wing])


def test_under_another_name_nobody_is_answered(uni: University) -> None:
    assert ask(uni, "checkin", host="kiosk.example.org") == ""
    easy = ssl.create_default_context()
    easy.check_hostname, easy.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((uni.address, HTTPS)) as raw, pytest.raises(ssl.SSLError):
        easy.wrap_socket(raw, server_hostname="kiosk.example.org")


@pytest.mark.parametrize("wing", HOSTS)
def test_a_process_answers_under_its_own_name_alone(uni: University, wing: str) -> None:
    other = HOSTS["admin" if wing == "checkin" else "checkin"]
    with socket.create_connection((uni.address, uni.port(f"kiosk-{wing}@1"))) as connection:
        about = f"Host: {other}\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close"
        connection.sendall(f"GET / HTTP/1.1\r\n{about}\r\n\r\n".encode())
        assert "This address is not served here." in read_until_closed(connection).decode()


@pytest.mark.parametrize("wing", HOSTS)
@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_security_headers_come_once_and_say_no_version(uni: University, wing: str, path: str) -> None:
    head = ask(uni, wing, path).partition("\r\n\r\n")[0].lower()
    for name in ("strict-transport-security", "x-content-type-options", "referrer-policy", "date", "server"):
        assert head.count(f"\r\n{name}:") == 1, head
    assert "server: nginx\r\n" in head + "\r\n"


def test_without_tls_everything_leads_to_tls(uni: University) -> None:
    with socket.create_connection((uni.address, HTTP)) as connection:
        connection.sendall(f"GET /x HTTP/1.1\r\nHost: {HOSTS['checkin']}\r\nConnection: close\r\n\r\n".encode())
        assert f"Location: https://{HOSTS['checkin']}/x\r\n" in read_until_closed(connection).decode()


def test_what_a_browser_says_of_its_own_address_counts_for_nothing(uni: University) -> None:
    page = browser(uni, "display")
    page.opener.addheaders = [("X-Forwarded-For", "10.20.30.40")]
    page.get("/")
    page.send("/pairing")
    assert uni.stage.rows(screens.pairing)[-1].address == servers.LOOPBACK


@pytest.mark.parametrize(("wing", "size"), [("display", 9_000), ("checkin", 70_000), ("admin", 2_200_000)])
def test_a_form_larger_than_any_of_ours_is_refused(uni: University, wing: str, size: int) -> None:
    with contextlib.suppress(ConnectionError):
        assert ask(uni, wing, "/sign-in", body="x" * size).startswith("HTTP/1.1 413")


@pytest.mark.usefixtures("many_files")
def test_a_hall_of_silent_connections_from_one_address_does_not_stop_the_next_visitor(uni: University) -> None:
    with contextlib.ExitStack() as silent:
        for _ in range(HALL):
            silent.enter_context(socket.create_connection((uni.address, HTTPS)))
        assert ask(uni, "checkin").startswith("HTTP/1.1 200")


def test_a_process_that_is_back_is_asked_at_once_and_the_other_can_go(uni: University) -> None:
    uni.kill("kiosk-checkin@1")
    uni.launch("kiosk-checkin@1")
    service, answers = uni.services["kiosk-checkin@1"], []

    def is_back() -> bool:
        answers.append(ask(uni, "checkin")[:12])  # nginx finds out again and again that it is not
        return service.is_ready()

    servers.wait_until_ready(service.process, is_back, service.log)
    uni.kill("kiosk-checkin@2")
    assert {*answers, ask(uni, "checkin")[:12]} == {"HTTP/1.1 200"}


def test_when_no_process_is_left_a_page_says_so_and_tries_again(uni: University) -> None:
    for name in ("kiosk-checkin@1", "kiosk-checkin@2"):
        uni.kill(name)
    answer = ask(uni, "checkin")
    assert answer.startswith("HTTP/1.1 503")
    assert "look whether it is there before you send it again" in answer
    assert answer.count("Content-Security-Policy:") == 1
    uni.heal()
    assert servers.becomes(lambda: ask(uni, "checkin").startswith("HTTP/1.1 200"))


def test_nothing_that_is_written_down_says_who_it_was_or_what_was_scanned(uni: University) -> None:
    scanned = on_screen(uni).rpartition("/")[2]
    paths = [f"/{scanned}", "/?name=Lovelace", "/first-password/SECRET", "/lectures/3?q=Lovelace", "/room/SECRET"]
    uni.kill("kiosk-checkin@1")
    for path in paths:
        for wing in HOSTS:
            ask(uni, wing, path, "Cookie: kiosk_checkin=SECRET", "User-Agent: Lovelace", "Referer: https://x/SECRET")
    uni.kill("kiosk-checkin@2")
    ask(uni, "checkin", f"/{scanned}")
    send(uni, "checkin", f"GET /{scanned} NOTHTTP\r\n\r\n")
    ask(uni, "checkin", "/", "X-Large: " + scanned * 5_000)
    written = "\n".join(uni.requests())
    everything = uni.log + "".join(path.read_text(errors="replace") for path in uni.nginx.iterdir() if path.is_file())
    assert len(uni.requests()) > len(paths) * len(HOSTS)
    for told in (scanned, "Lovelace", "SECRET", "NOTHTTP"):
        assert told not in everything
    assert servers.LOOPBACK not in written
    assert [it for it in written.splitlines() if not LINE.fullmatch(it)] == []
