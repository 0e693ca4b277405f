"""The wall between cookies: what signs somebody in at one wing is worthless at another, even under its name."""

import pytest
from flask import Flask
from itsdangerous import SignatureExpired, TimestampSigner

from tests.stage import ADDRESSES, PASSWORD, Browser, Stage
from tests.walls.acting import sign_in

WINGS = ("display", "checkin", "admin")
NOW = 1_800_000_000


def session_cookie(browser: Browser, wing: str) -> str:
    cookie = browser.get_cookie(f"kiosk_{wing}", domain=ADDRESSES.of(wing).removeprefix("http://"))
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, wing: str, value: str) -> Browser:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    browser.set_cookie(f"kiosk_{wing}", value, domain=ADDRESSES.of(wing).removeprefix("http://"))
    return browser


@pytest.mark.parametrize("other", ["display", "checkin"])
def test_a_staff_cookie_is_worthless_elsewhere(stage: Stage, other: str) -> None:
    value = session_cookie(sign_in(stage, "admin", "day"), "admin")
    assert not is_known(with_cookie(stage.app(other), other, value), other)


def test_a_student_cookie_does_not_open_the_admin_wing(stage: Stage) -> None:
    value = session_cookie(sign_in(stage, "checkin", "ada"), "checkin")
    assert not is_known(with_cookie(stage.app("admin"), "admin", value), "admin")


def test_with_one_key_for_all_it_would_open(stage: Stage) -> None:
    """The two tests above prove something: with a shared key the very same cookie is taken."""
    value = session_cookie(sign_in(stage, "admin", "day"), "admin")
    shared = stage.app("admin", secret_key=stage.settings("admin").secret_key)
    assert is_known(with_cookie(shared, "admin", value), "admin")
    other = stage.app("admin", secret_key="another key of another wing, as long as it should be")
    assert not is_known(with_cookie(other, "admin", value), "admin")


def test_each_wing_has_a_key_and_a_cookie_name_of_its_own(stage: Stage) -> None:
    apps = [stage.app(wing) for wing in WINGS]
    assert len({app.secret_key for app in apps}) == 3
    assert {app.config["SESSION_COOKIE_NAME"] for app in apps} == {f"kiosk_{wing}" for wing in WINGS}
    assert all(app.config["SESSION_COOKIE_HTTPONLY"] for app in apps)


@pytest.mark.parametrize("wing", WINGS)
def test_a_cookie_is_read_until_its_end_and_from_two_seconds_ahead(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, wing: str
) -> None:
    app = stage.app(wing)
    cookies = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    lifetime = 3_600

    def signed(seconds_ago: int) -> str:
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: NOW - seconds_ago)
        value: str = cookies.dumps({"of": "somebody"})
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: NOW)
        return value

    for good in (lifetime, 0, -2):
        assert cookies.loads(signed(good), max_age=lifetime) == {"of": "somebody"}
    for bad in (lifetime + 1, -3):
        with pytest.raises(SignatureExpired):
            cookies.loads(signed(bad), max_age=lifetime)


def is_known(browser: Browser, wing: str) -> bool:
    """Whether a wing takes this browser for somebody who is signed in."""
    if wing == "admin":
        return browser.get("/").status_code == 200
    return "Ada Lovelace" in browser.get("/").text or "Dr Day" in browser.get("/").text


def test_signing_in_works_at_all(stage: Stage) -> None:
    assert is_known(sign_in(stage, "admin", "day"), "admin")
    assert is_known(sign_in(stage, "checkin", "ada"), "checkin")
    assert PASSWORD not in sign_in(stage, "checkin", "ada").get("/").text
