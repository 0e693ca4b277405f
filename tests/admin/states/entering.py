"""Ways in and what keeps somebody out: passwords, second factors, devices, links, the guard, the curtain."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from webauthn.helpers.exceptions import InvalidJSONStructure
from werkzeug.test import TestResponse

from kiosk.store.tables import factors
from tests.admin.conftest import Desk
from tests.admin.states.state import MOST_TRIES, State, after, press
from tests.admin.test_devices import make_link
from tests.admin.test_guard import add_network
from tests.admin.test_sealed_forms import stay
from tests.admin.test_second_factors import add_recovery_codes, enrolled, give, set_up, without_factors
from tests.admin.test_sign_in import add_link, try_in
from tests.proofs import device_secret
from tests.stage import ADDRESSES, PASSWORD, Browser

PASSWORDS = {"password": "three plain words", "again": "three plain words"}
PROBLEMS = {
    "too short": {"password": "short", "again": "short"},
    "not the same": {**PASSWORDS, "again": "three plain swords"},
}


def signing_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stranger = desk.stranger()
    yield "to sign in", stranger.get("/sign-in")
    yield "this name and password don't go together", try_in(stranger, password="wrong")
    yield "nothing typed", try_in(stranger, "", "")
    for _ in range(MOST_TRIES):
        answer = try_in(desk.stranger(), "ben", "wrong")
    yield "too many tries", answer
    link = add_link(desk)
    yield "to choose a first password", stranger.get(link)
    for name, typed in PROBLEMS.items():
        yield f"first password: {name}", stranger.send(link, **typed, name="Laptop")
    yield "this device needs a name", stranger.send(link, **PASSWORDS, name="")
    yield "set, and an app to set up", after(stranger, stranger.send(link, **PASSWORDS, name="Laptop"))
    yield "this link was used", desk.stranger().get(link)
    yield "this link was used while somebody typed", desk.stranger().send(link, "/sign-in", **PASSWORDS, name="Laptop")
    borrowed = desk.sign_in("eve", enrolled=False)
    yield "signed in on a device that nobody enrolled", borrowed.get("/")
    yield "its security", borrowed.get("/security")
    yield "not on this device", borrowed.get("/rooms")
    yield "no names on this device", borrowed.get(desk.lecture("silk", "/register"))
    yield "part of one's work is not on this device", desk.sign_in("sid", enrolled=False).get("/")
    yield "names are not on this device, nor codes", desk.sign_in("ona", enrolled=False).get("/")
    yield "no such page", borrowed.get("/nothing")
    yield "the form has waited too long", borrowed.post("/sign-out", data={})
    desk.stage.clock.go_on(minutes=31)
    yield "signed out by the time", after(borrowed, borrowed.get("/"))


def second_factors(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    browser = enrolled(desk)
    yield "to type a code", browser.get("/second-factor")
    yield "signed in by password alone", browser.get("/")
    yield "names wait for the second factor", browser.get(desk.lecture(rest="/register"))
    yield "security by password alone", browser.get("/security")
    yield "part of one's work waits", enrolled(desk, "sid").get("/")
    yield "this is not the code", give(browser, "000000")
    yield "this recovery code is wrong", browser.send("/second-factor", code="AAAA-AAAA", recovery="1")
    add_recovery_codes(desk, "K7Q2-M9XR")
    yield "in by a recovery code", after(browser, give(browser, "K7Q2-M9XR"))
    yield "one recovery code is used", browser.get("/security")
    desk.stage.clock.go_on(minutes=6)
    first, again, code = enrolled(desk), enrolled(desk), desk.stage.app_code("day")
    give(first, code)
    yield "this code was used", give(again, code)
    for _ in range(MOST_TRIES):
        answer = give(again, "000000")
    yield "too many codes", answer
    yield "to set up another app", first.get("/security/app")
    desk.stage.clock.go_on(minutes=6)
    yield "another app is set up", after(first, set_up(first, desk))
    yield "new recovery codes", first.send("/security/recovery-codes", "/security")
    yield "no second factor yet", without_factors(desk, "mo").get("/security")
    yield "no app yet", (new := without_factors(desk, "eve")).get("/security/app")
    yield "to be reminded of it", new.get("/")
    yield "this code does not fit the app", set_up(new, desk, wrong=True)
    yield "the app is set up, with recovery codes", set_up(new, desk)
    late = without_factors(desk, "ro")
    for _ in range(MOST_TRIES):
        answer = set_up(late, desk, wrong=True)
    yield "too many codes for an app", answer


def passwords_and_devices(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    day = desk.sign_in("day")
    yield "to change the password", day.get("/security/password")
    yield "too short", day.send("/security/password", old=PASSWORD, password="short", again="short")
    yield "not the password there is", day.send("/security/password", old="wrong", **PASSWORDS)
    yield "changed", after(day, day.send("/security/password", old=PASSWORD, **PASSWORDS))
    eve = desk.sign_in("eve")
    for _ in range(MOST_TRIES):
        answer = eve.send("/security/password", old="wrong", **PASSWORDS)
    yield "too many tries", answer
    link, phone = make_link(eve), desk.stranger()
    yield "to name this device", phone.get(link)
    yield "a device needs a name", phone.send(link, name="")
    yield "this device is enrolled", after(phone, phone.send(link, name="Phone"))
    yield "this link was used", phone.get(link)
    yield "this link was used meanwhile", phone.send(link, "/sign-in", name="Phone")
    desk.stage.add_device("tablet", "eve")
    desk.sign_in("eve", enrolled=False)
    yield "several devices and sign-ins", eve.get("/security")
    other = desk.stage.ids["tablet"]
    yield "a device is revoked", press(eve, f"/security/devices/{other}/revoke")
    yield "this device is revoked", press(eve, f"/security/devices/{desk.stage.ids['device of eve']}/revoke")
    yield "signed out everywhere", press(eve, "/security/sign-out-everywhere")


def passkeys(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """At localhost, where browsers allow them; what an authenticator says is taken for true, as long as it says anything."""
    local = desk.stage.app("admin", addresses=replace(ADDRESSES, admin="http://localhost"))
    monkeypatch.setattr("kiosk.admin.services.passkeys.webauthn.verify_registration_response", take_new)
    monkeypatch.setattr("kiosk.admin.services.passkeys.webauthn.verify_authentication_response", take)
    day, stranger = AtLocalhost(local), AtLocalhost(local)
    yield "to sign in with a password or a passkey", stranger.get("/sign-in")
    yield "no passkey was used", use(stranger, "/sign-in", "/sign-in/passkey", answer="")
    day.set_cookie("kiosk_device", device_secret("device of day"), domain="localhost")
    try_in(day)
    give(day, desk.stage.app_code("day"))
    yield "to add a passkey", day.get("/security/passkeys/new")
    yield "it needs a name", use(day, "/security/passkeys/new", "/security/passkeys/new", name="", answer=SAID)
    yield "it was not added", use(day, "/security/passkeys/new", "/security/passkeys/new", name="Phone", answer="")
    yield "it is added", use(day, "/security/passkeys/new", "/security/passkeys/new", name="Phone", answer=SAID)
    yield "removed beside an app", press(day, "/security/passkeys/1/remove")
    use(day, "/security/passkeys/new", "/security/passkeys/new", name="Key", answer=SAID)
    with desk.stage.database.owner.begin() as connection:
        connection.execute(factors.staff_app.delete().where(factors.staff_app.c.staff_id == desk.stage.ids["day"]))
    yield "the only second factor stays", press(day, f"/security/passkeys/{newest_passkey(desk)}/remove")
    day.send("/sign-out", "/security")
    try_in(day)
    yield "to use a passkey", day.get("/second-factor")
    yield "this one does not fit", use(day, "/second-factor", "/second-factor/passkey", answer="")
    yield "security before it", day.get("/security")
    yield "in by a second factor", use(day, "/second-factor", "/second-factor/passkey", answer=SAID)
    yield "it was used", day.get("/security")
    yield "in by nothing else", use(stranger, "/sign-in", "/sign-in/passkey", answer=SAID)
    desk.stage.add_passkey("of dr day", "day")
    yield "a passkey, and no passkeys at this address", enrolled(desk).get("/second-factor")
    yield "no passkeys at this address", desk.sign_in("ro").get("/security/passkeys/new")


class AtLocalhost(Browser):
    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{**options, "base_url": "http://localhost"})


SAID = '{"id": "QQ"}'


def take_new(*, credential: str, **_: object) -> SimpleNamespace:
    if not credential:
        raise InvalidJSONStructure
    return SimpleNamespace(credential_id=b"A", credential_public_key=b"", sign_count=0)


def take(**_: object) -> SimpleNamespace:
    return SimpleNamespace(new_sign_count=1)


def use(browser: Browser, page: str, path: str, **fields: str) -> TestResponse:
    """Answer the dialogue that a page's script opens."""
    ticket = browser.get(page).text.split('name="ticket" value="')[1].split('"')[0]
    return press(browser, path, page, ticket=ticket, **fields)


def newest_passkey(desk: Desk) -> int:
    return int(desk.stage.rows(factors.staff_passkey)[-1].id)


def guarded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stranger = desk.stranger()
    yield "in a frame", stranger.get("/sign-in", headers={"Sec-Fetch-Dest": "iframe"})
    yield "from nowhere", stranger.get("/sign-in", environ_overrides={"REMOTE_ADDR": ""})
    add_network(desk)
    yield "on a lectern", stranger.get("/sign-in", environ_overrides={"REMOTE_ADDR": "10.20.3.4"})
    stranger.set_cookie("kiosk_marker", "1", domain="staff.kiosk.test")
    yield "in a browser that shows a screen", stranger.get("/sign-in")


def without_help(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    """At a university that names no address for help."""
    app = elsewhere(desk, help_address="")
    borrowed, stranger = Browser(app), Browser(app)
    yield "to sign in", stranger.get("/sign-in")
    yield "in a frame", stranger.get("/sign-in", headers={"Sec-Fetch-Dest": "iframe"})
    yield "this link was used", stranger.get("/enrol/nothing")
    desk.stage.enter(borrowed, "day", enrolled=False)
    yield "no names on this device", borrowed.get(desk.lecture(rest="/register"))
    yield "no such page", borrowed.get("/nothing")
    yield "something was shown", press(borrowed, "/incidents", page="register")


def demonstration(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    browser = Browser(elsewhere(desk, is_demo=True))
    yield "to sign in", browser.get("/sign-in")
    yield "this link was used", browser.get("/enrol/nothing")
    browser.set_cookie("kiosk_device", device_secret("device of day"), domain="staff.kiosk.test")
    try_in(browser)
    yield "to type a code", browser.get("/second-factor")
    give(browser, desk.stage.app_code("day"))
    yield "in", browser.get("/")


def elsewhere(desk: Desk, **changes: Any) -> Flask:
    """The wing of another institution."""
    institution = replace(desk.stage.settings("admin").institution, **changes)
    return desk.stage.app("admin", institution=institution)


def curtain(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    day = desk.sign_in("day")
    path = desk.lecture(rest="/register/names")
    yield "names are closed", day.post(path, data={"csrf_token": day.csrf("/security")})
    yield "names are open", press(day, path, desk.lecture(rest="/register"))
    desk.stage.clock.go_on(minutes=3)
    yield "closed by the time", day.post(path, data={"csrf_token": day.csrf("/security")})
    press(day, path, desk.lecture(rest="/register"))
    yield "they stay open", day.post("/curtain/keep", data={"csrf_token": day.csrf("/security")})
    yield "closed by hand", press(day, "/curtain/close", closed=desk.lecture(rest="/register"))
    sealed = day.post(path, data={"csrf_token": day.csrf("/security")}).text.split('name="again" value="')[1]
    fields = {"again": sealed.split('"')[0]}
    yield "what was sent is sent again", press(day, path, **fields)
    stay(desk, day, 60)
    yield "what was sent is too old", press(day, path, **fields)
    yield "a session that is nowhere", day.get("/lectures/999/register")
    day.post("/incidents", data={"csrf_token": day.csrf("/security"), "page": "register", "lecture": "1"})
    yield "something was shown", day.get("/incidents/1")
    yield "a report is taken back", press(day, "/incidents/1/withdraw")
    yield "a report that was taken back", day.get("/incidents/1")
    yield "what was done", day.get("/my-acts")
    yield "another week", day.get("/my-acts?from=2026-11-16")
    yield "nothing further back", day.get("/my-acts?page=1")
