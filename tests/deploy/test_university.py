"""The university's shape, started from the very files of deploy/: the main job, and what nobody notices but the log."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import redis

from kiosk.store.tables import register
from kiosk.web.nudges import CHANNEL
from tests import servers
from tests.deploy.nginx import HOSTS
from tests.deploy.university import University
from tests.deploy.visitors import browser, paired, scan, signed_in
from tests.plain_browser import PlainBrowser
from tests.stage import PASSWORD


def arrivals(uni: University, name: str) -> list[str]:
    """How the register says that a student came."""
    rows = uni.stage.rows(register.attendance, register.attendance.c.student_id == uni.stage.ids[name])
    return [row.method for row in rows]


def ready_to_tap(uni: University, name: str, address: str) -> PlainBrowser:
    """A phone that was led by its camera to an address, and whose owner has signed in."""
    phone = browser(uni, "checkin")
    phone.get(urlsplit(address).path)
    phone.send("/sign-in", login=name, password=PASSWORD)
    return phone


def tap(uni: University, phone: PlainBrowser) -> bool:
    """Check in; whether the phone then says so."""
    return "You are checked in" in phone.send("/check-in", lecture=str(uni.stage.ids["algorithms"]))


def add_students(uni: University, word: str, count: int) -> list[str]:
    """More of COMP1201's students."""
    names = [f"{word}{secrets.token_hex(4)}" for _ in range(count)]
    for name in names:
        uni.stage.add_student(name, f"34{secrets.randbelow(10**6):06}", name, "COMP1201")
    return names


def on_screen(uni: University) -> str:
    """The address that the lecture's screens show now."""
    return f"https://{HOSTS['checkin'].upper()}/{uni.stage.qr(at=datetime.now(UTC))}"


def test_the_main_job_runs_through_nginx(uni: University) -> None:
    screen = paired(uni)
    address = scan(screen.frame())
    assert urlsplit(address).hostname == HOSTS["checkin"]
    assert tap(uni, ready_to_tap(uni, "ada", address))
    assert arrivals(uni, "ada") == ["qr"]
    day = signed_in(uni, "day")
    day.get(f"/lectures/{uni.stage.ids['algorithms']}/register")
    names = day.send(f"/lectures/{uni.stage.ids['algorithms']}/register/names", curtain="open")
    assert "Ada Lovelace" in names
    screen.close()


def test_a_hall_checks_in_while_a_process_is_killed_and_none_of_them_notices(uni: University) -> None:
    names = add_students(uni, "phone", 24)

    def check_in(name: str) -> bool:
        if name == names[8]:
            uni.kill("kiosk-checkin@1")
        return tap(uni, ready_to_tap(uni, name, on_screen(uni)))

    with ThreadPoolExecutor(4) as hall:
        assert list(hall.map(check_in, names)) == [True] * len(names)
    assert [arrivals(uni, name) for name in names] == [["qr"]] * len(names)


def test_a_tap_that_a_process_took_and_died_over_is_taken_by_the_next(uni: University) -> None:
    phones = [ready_to_tap(uni, name, on_screen(uni)) for name in add_students(uni, "tap", 4)]
    uni.freeze("kiosk-checkin@1")
    with ThreadPoolExecutor(len(phones)) as hall:
        taps = [hall.submit(tap, uni, phone) for phone in phones]
        assert servers.becomes(lambda: any(it.done() for it in taps))
        assert not all(it.done() for it in taps)
        uni.kill("kiosk-checkin@1")
        assert [it.result() for it in taps] == [True] * len(taps)


def test_a_process_that_is_stopped_answers_what_it_was_asked_and_hangs_up_on_its_screens(uni: University) -> None:
    screen = paired(uni)
    screen.frame()
    assert [uni.stop(name) for name in ("kiosk-display@1", "kiosk-checkin@1", "kiosk-admin@1")] == [0, 0, 0]
    assert screen.frame()["symbol"]
    screen.close()


def test_without_redis_codes_still_change_and_check_ins_still_count(uni: University) -> None:
    (late,) = add_students(uni, "late", 1)
    screen, day = paired(uni), signed_in(uni, "day")
    uni.stop_redis()
    before = screen.frame()
    assert tap(uni, ready_to_tap(uni, late, scan(before)))
    assert screen.frame()["symbol"] not in ("", before["symbol"])
    lecture = f"/lectures/{uni.stage.ids['algorithms']}"
    day.get(lecture)
    day.send(f"{lecture}/act/close")
    assert next(frame for frame in iter(screen.frame, None) if frame["state"] == "closed")["symbol"] == ""
    day.get(lecture)
    day.send(f"{lecture}/act/undo-close")
    screen.close()


def test_the_timers_jobs_write_the_logs_head_down_and_check_it(uni: University) -> None:
    day = signed_in(uni, "day")
    lecture = f"/lectures/{uni.stage.ids['algorithms']}"
    day.get(f"{lecture}/register")
    day.send(f"{lecture}/register/names", curtain="open")
    uni.run("kiosk-log-head")
    assert "the log is as it was written" in uni.run("kiosk-log-verify")


def test_every_process_of_the_displays_hears_nudges_and_their_login_does_nothing_else(uni: University) -> None:
    address = (uni.secrets / "redis.address").read_text().strip()
    with redis.Redis.from_url(address) as client:
        assert servers.becomes(lambda: client.publish(CHANNEL, "") == 2)
        for forbidden in (lambda: client.set("a", "b"), lambda: client.publish("other", ""), client.keys):
            with pytest.raises(redis.exceptions.NoPermissionError):
                forbidden()
