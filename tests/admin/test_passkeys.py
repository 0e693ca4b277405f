"""Passkeys in Chromium, with its virtual authenticator: added, used as second factor and alone; and everything malformed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import CDPSession, Page, expect

from kiosk.admin.services.passkeys import party_for
from kiosk.store.tables import factors, staff
from tests.admin.conftest import Desk, enter, give_password
from tests.admin.test_second_factors import names
from tests.conftest import NewPage
from tests.proofs import device_secret
from tests.servers import serving
from tests.stage import ADDRESSES, Browser, Stage

LOCAL = replace(ADDRESSES, admin="http://localhost")


@dataclass
class Authenticator:
    """A virtual authenticator in a page's browser; it verifies its person, or says that it could not."""

    session: CDPSession
    id: str

    def verifies(self, verified: bool) -> None:
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": verified})

    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return found


def plug_in(page: Page) -> Authenticator:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    about = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {"options": {**about, "isUserVerified": True, "automaticPresenceSimulation": True}}
    return Authenticator(session, session.send("WebAuthn.addVirtualAuthenticator", options)["authenticatorId"])


@pytest.fixture
def local_desk(stage: Stage) -> Desk:
    """A desk whose staff area is at localhost, where browsers allow passkeys without HTTPS."""
    return Desk(stage, stage.app("admin", addresses=LOCAL))


@pytest.fixture
def origin(local_desk: Desk) -> Iterator[str]:
    with serving(local_desk.app) as port:
        yield f"http://localhost:{port}"


@pytest.fixture
def page(local_desk: Desk, origin: str, new_page: NewPage) -> Iterator[Page]:
    """Dr Day's browser, signed in with a code of the app; a fault in its script, or a refused one, fails the test."""
    problems: list[str] = []
    page = new_page()
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    enter(page, origin, local_desk.stage)
    yield page
    assert problems == []


def add_passkey(page: Page, origin: str, name: str = "Phone") -> None:
    page.goto(f"{origin}/security/passkeys/new")
    page.get_by_label("What you call it").fill(name)
    page.get_by_role("button", name="Add the passkey").click()


def open_register(page: Page, desk: Desk, origin: str) -> None:
    page.goto(origin + desk.lecture(rest="/register"))
    page.get_by_role("button", name="Show 2 names").click()
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()


def test_a_passkey_is_added_and_is_a_second_factor(page: Page, local_desk: Desk, origin: str) -> None:
    plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    expect(page.get_by_text("Phone · passkey")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()

    give_password(page, origin)
    page.get_by_role("button", name="Use your passkey").click()

    page.wait_for_url(f"{origin}/")
    open_register(page, local_desk, origin)
    assert "passkey:add" in [row.act for row in local_desk.stage.rows(staff.journal)]


def test_a_passkey_alone_signs_in(page: Page, local_desk: Desk, origin: str) -> None:
    plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("Signed in as Dr Day")).to_be_visible()
    open_register(page, local_desk, origin)


def test_on_a_device_that_is_not_enrolled_a_passkey_signs_in_and_opens_no_names(
    page: Page, local_desk: Desk, origin: str
) -> None:
    plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.context.clear_cookies(name="kiosk_device")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("This device is not enrolled")).to_be_visible()
    page.goto(origin + local_desk.lecture(rest="/register"))
    expect(page.get_by_role("heading", name="This device is not enrolled")).to_be_visible()


def test_a_passkey_is_not_taken_from_an_authenticator_that_did_not_verify_the_person(
    page: Page, local_desk: Desk, origin: str
) -> None:
    authenticator = plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    authenticator.verifies(False)

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("No passkey was chosen")).to_be_visible()
    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()


def test_a_removed_passkey_opens_nothing(page: Page, origin: str) -> None:
    plug_in(page)
    add_passkey(page, origin)
    page.get_by_role("button", name="Remove Phone").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("The passkey was not taken.")).to_be_visible()


def test_a_passkey_can_be_the_first_second_factor_and_brings_recovery_codes(
    local_desk: Desk, origin: str, new_page: NewPage
) -> None:
    with local_desk.stage.database.owner.begin() as connection:
        connection.execute(factors.staff_app.delete())
    page = new_page()
    cookie = {"name": "kiosk_device", "value": device_secret("device of day"), "url": origin}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    plug_in(page)
    give_password(page, origin)
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_role("button", name="Add the passkey").click()

    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a text file").click()
    codes = page.locator(".recovery li").all_inner_texts()
    assert set(codes) < set(download.value.path().read_text("utf-8").splitlines())
    open_register(page, local_desk, origin)


def test_what_a_passkey_keeps_of_its_owner_says_nothing(page: Page, local_desk: Desk, origin: str) -> None:
    authenticator = plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()

    (kept,) = authenticator.credentials()

    assert kept["rpId"] == "localhost"
    assert len(kept["userHandle"]) >= 43
    assert local_desk.stage.rows(factors.staff_passkey)[0].public_key


def test_an_answer_counts_once(page: Page, local_desk: Desk, origin: str) -> None:
    plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    sent: list[str] = []
    page.on("request", lambda it: sent.append(it.post_data or "") if it.url.endswith("/sign-in/passkey") else None)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Signed in as Dr Day")).to_be_visible()

    # A passkey that is kept on several devices counts nothing, so its count can tell no answer from the one before.
    local_desk.stage.change(factors.staff_passkey, local_desk.stage.rows(factors.staff_passkey)[0].id, sign_count=0)
    answer = replay(local_desk, origin, sent[0])

    assert answer.status_code == 401


def test_a_challenge_waits_five_minutes_and_no_longer(page: Page, local_desk: Desk, origin: str) -> None:
    plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    local_desk.stage.clock.go_on(minutes=5)

    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not taken.")).to_be_visible()
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("Signed in as Dr Day")).to_be_visible()


def test_the_server_itself_wants_the_person_verified(page: Page, origin: str) -> None:
    """Whoever tampers with what the browser is asked gets an answer that says the person was not verified."""
    authenticator = plug_in(page)
    add_passkey(page, origin)
    expect(page.get_by_text("The passkey is added.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    authenticator.verifies(False)
    page.evaluate(
        "var form = document.querySelector('form.passkey');"
        "form.dataset.options = form.dataset.options.replace('required', 'discouraged')"
    )

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("The passkey was not taken.")).to_be_visible()


def replay(desk: Desk, origin: str, body: str) -> Any:
    """Send a form that was sent before, from another browser with a CSRF value of its own."""
    given = {name: values[0] for name, values in parse_qs(body).items()}
    browser = desk.app.test_client()
    text = browser.get("/sign-in", base_url=origin).get_data(as_text=True)
    given["csrf_token"] = text.split('name="csrf_token" value="')[1].split('"')[0]
    return browser.post("/sign-in/passkey", base_url=origin, data=given)


def test_without_scripts_the_page_leads_to_an_app(local_desk: Desk, origin: str, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    enter(page, origin, local_desk.stage)
    page.goto(f"{origin}/security/passkeys/new")

    expect(page.get_by_text("This browser has no passkeys, or its scripts are off.")).to_be_visible()
    expect(page.get_by_role("button", name="Add the passkey")).to_be_hidden()


# Where they work, and what is not one ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("admin", "asked", "party"),
    [
        ("https://staff.example.ac.uk", "https://staff.example.ac.uk/", "staff.example.ac.uk"),
        ("https://kiosk.example.ac.uk/admin", "http://kiosk.example.ac.uk/", "kiosk.example.ac.uk"),
        ("http://localhost:8000/admin", "http://localhost:8000/", "localhost"),
        ("http://127.0.0.1:8000/admin", "http://localhost:8000/", "localhost"),
        ("http://127.0.0.1:8000/admin", "http://127.0.0.1:8000/", None),
        ("http://staff.example.ac.uk", "http://staff.example.ac.uk/", None),
        ("https://10.1.2.3", "https://10.1.2.3/", None),
        ("https://[2001:db8::1]", "https://[2001:db8::1]/", None),
        ("https://staff.example.ac.uk", "http://localhost/", None),
    ],
)
def test_a_passkey_belongs_to_a_host_name_over_https_or_to_localhost(
    stage: Stage, admin: str, asked: str, party: str | None
) -> None:
    found = party_for(stage.settings("admin", addresses=replace(ADDRESSES, admin=admin)), asked)

    assert (found.id if found else None) == party
    assert found is None or found.origin.endswith(asked.rstrip("/").split("//")[1])


def test_where_they_do_not_work_the_pages_say_why(stage: Stage) -> None:
    addresses = replace(ADDRESSES, admin="http://127.0.0.1:8000")
    browser: Any = stage.app("admin", addresses=addresses).test_client()
    browser.set_cookie("kiosk_device", device_secret("device of day"), domain="127.0.0.1")
    text = browser.get("/sign-in", base_url="http://127.0.0.1:8000").text
    assert "passkey" not in text

    desk = Desk(stage, stage.app("admin"))
    shown = desk.sign_in("day").get("/security").text

    assert "Passkeys don’t work at staff.kiosk.test" in shown


MALFORMED = [
    "",
    "{}",
    "[]",
    "null",
    '"x"',
    "\x00",
    "{",
    json.dumps({"id": "key"}),
    json.dumps({"id": 7, "rawId": [], "type": "public-key", "response": None}),
    json.dumps({"id": "key", "rawId": "key", "type": "public-key", "response": {}}),
    json.dumps(
        {
            "id": "key",
            "rawId": "key",
            "type": "public-key",
            "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "é"},
        }
    ),
    json.dumps(
        {
            "id": "a2V5",
            "rawId": "a2V5",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "attestationObject": "oA",
                "authenticatorData": "AA",
                "signature": "AA",
            },
        }
    ),
    "[" * 5000,
]


def local_sign_in(desk: Desk) -> Browser:
    """Dr Day at localhost, in a plain browser."""
    browser: Any = LocalBrowser(desk.app)
    browser.set_cookie("kiosk_device", device_secret("device of day"), domain="localhost")
    browser.send("/sign-in", login="day", password="correct horse battery")
    return browser  # type: ignore[no-any-return]


class LocalBrowser(Browser):
    def open(self, *args: Any, **options: Any) -> Any:
        return super().open(*args, **{"base_url": "http://localhost", **options})


@pytest.mark.parametrize("said", MALFORMED)
def test_what_no_authenticator_says_is_answered_with_advice(local_desk: Desk, said: str) -> None:
    local_desk.stage.add_passkey("key", "day")
    local_desk.stage.add_passkey("a2V5", "day")
    stranger: Any = LocalBrowser(local_desk.app)
    ticket = ticket_on(stranger.get("/sign-in").text)

    alone = stranger.send("/sign-in/passkey", "/sign-in", ticket=ticket, answer=said)
    day = local_sign_in(local_desk)
    ticket = ticket_on(day.get("/second-factor").text)
    second = day.send("/second-factor/passkey", "/second-factor", ticket=ticket, answer=said)

    assert alone.status_code == second.status_code == 401
    day.send("/second-factor", code=local_desk.stage.app_code("day"))
    ticket = ticket_on(day.get("/security/passkeys/new").text)
    added = day.send("/security/passkeys/new", ticket=ticket, answer=said, name="Phone")
    assert added.status_code == 422


@pytest.mark.parametrize("ticket", ["", "x", "A" * 90])
def test_a_challenge_that_is_not_ours_is_none(local_desk: Desk, ticket: str) -> None:
    stranger: Any = LocalBrowser(local_desk.app)

    assert stranger.send("/sign-in/passkey", "/sign-in", ticket=ticket, answer="{}").status_code == 401


def ticket_on(text: str) -> str:
    return text.split('name="ticket" value="')[1].split('"')[0]


def test_another_persons_passkey_is_no_second_factor_of_mine(local_desk: Desk) -> None:
    local_desk.stage.add_passkey("key", "day")
    local_desk.stage.add_passkey("hers", "eve")
    day = local_sign_in(local_desk)

    answer = day.send(
        "/second-factor/passkey",
        "/second-factor",
        ticket=ticket_on(day.get("/second-factor").text),
        answer=json.dumps({"id": "hers"}),
    )

    assert answer.status_code == 401
    assert names(local_desk, day).status_code == 404
