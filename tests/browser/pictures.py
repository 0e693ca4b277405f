"""`make pictures`: the README's pictures of the three wings, taken from a demo instance. Nobody real is in them."""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Browser, Page, sync_playwright

from tests import servers
from tests.conftest import launch
from tests.house import ROOT, answers

PICTURES = ROOT / "docs" / "pictures"
PORT = 8000


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "KIOSK_INSTANCE": str(folder)}
        kiosk = [str(Path(sys.executable).with_name("kiosk"))]
        for words in (
            ["init", "--demo"],
            ["migrate"],
            ["demo", "--students", "300", "--json", str(folder / "demo.json")],
        ):
            subprocess.run(kiosk + words, env=environment, check=True, stdout=subprocess.DEVNULL)
        origin = f"http://127.0.0.1:{PORT}"
        command = [*kiosk, "serve", "--port", str(PORT)]
        with (
            servers.running(command, is_ready=lambda: answers(origin), folder=folder, environment=environment),
            sync_playwright() as playwright,
        ):
            browser = launch(playwright)
            take(browser, origin, json.loads((folder / "demo.json").read_text()))
            browser.close()


def take(browser: Browser, origin: str, cast: dict[str, Any]) -> None:
    """Pair a screen, check a student in, look at the register."""
    lectern = browser.new_page(viewport={"width": 1920, "height": 1080})
    lectern.goto(f"{origin}/display/")
    lectern.locator("main.pairing").wait_for()
    keep(lectern, "pairing")
    staff = browser.new_page(viewport={"width": 1280, "height": 800})
    day = one(cast["staff"], "dr.day")
    staff.context.add_cookies([{**day["device_cookie"], "url": f"{origin}/admin/"}])
    staff.goto(f"{origin}/admin/")
    sign_in(staff, "Sign-in name", day)
    staff.get_by_label("Code from your authenticator app").fill(pyotp.TOTP(day["totp_secret"]).now())
    staff.get_by_role("button", name="Go on", exact=True).click()
    staff.wait_for_url(f"{origin}/admin/")
    # From half past the next session is the likelier one, and its screen would only wait.
    code, session = lectern.locator(".letters").inner_text().replace(" ", ""), on_now(cast["lectures"], day["modules"])
    staff.goto(f"{origin}/admin/pair/{code}?lecture={session}")
    staff.get_by_role("button", name=lectern.locator(".match").first.inner_text(), exact=True).click()
    lectern.locator("main.stage:visible .symbol path[d^='M']").wait_for()
    keep(lectern, "projection")
    phone = browser.new_page(viewport={"width": 390, "height": 760})
    phone.goto(origin)
    sign_in(phone, "University login", one(cast["students"], "ada"))
    phone.get_by_label("The digits on the screen").fill(lectern.locator("main.stage:visible .digits").inner_text())
    phone.get_by_role("button", name="Check in as").click()
    keep(phone, "checked-in", "You are checked in")
    staff.reload()
    keep(staff, "session", "COMP1201")
    staff.get_by_role("link", name="Register").click()
    keep(staff, "register", "Register")


def one(people: list[dict[str, Any]], login: str) -> dict[str, Any]:
    return next(person for person in people if person["login"] == login)


def on_now(lectures: list[dict[str, Any]], modules: list[str]) -> int:
    """The session of these modules that is on."""
    now = datetime.now(UTC).isoformat()
    return next(it["id"] for it in lectures if it["module"] in modules and it["starts_at"] <= now < it["ends_at"])


def sign_in(page: Page, label: str, person: dict[str, Any]) -> None:
    page.get_by_label(label).fill(person["login"])
    page.get_by_label("Password").fill(person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()


def keep(page: Page, name: str, heading: str = "") -> None:
    """Take a page's picture, once its heading is there: while a page gives way to the next one Chromium takes none."""
    if heading:
        page.get_by_role("heading", level=1, name=heading).wait_for()
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
