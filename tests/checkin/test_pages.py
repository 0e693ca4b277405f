"""What holds for every page: a title of its own, the right form first, no script, and the way to what is held."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.checkin.conftest import Phone, disposed, words
from tests.stage import PASSWORD
from tests.web.sentences import KIOSK

TEMPLATES = KIOSK / "templates" / "checkin"


def pages(phone: Phone) -> dict[str, str]:
    """Every page of the main path and the ones around it, by what led there."""
    stage, found = phone.stage, {}
    phone.scan()
    found["sign in"] = phone.read("/check-in")
    phone.sign_in(on="/check-in")
    found["confirm"] = phone.read("/check-in")
    found["done"] = phone.read(phone.press().headers["Location"])
    found["digits"] = phone.read("/")
    found["wrong digits"] = words(phone.type("000000"))
    found["no digits"] = words(phone.type("x"))
    phone.scan("silk")
    found["walk-in"] = phone.read(phone.press("silk").headers["Location"])
    for path in (
        "account",
        "record",
        "record/calendars/2026-11",
        "record/looks",
        "record/export",
        f"record/{stage.ids['algorithms']}",
        "settings",
        "claims/new",
        "notice",
        "requests",
        "what-we-hold",
        "who-can-see-what",
        "accessibility-statement",
        "not-you",
        "signed-out",
        "password-set",
        "first-password/x",
        "check-in",
    ):
        found[path] = phone.read(f"/{path}")
    found |= {"changed": phone.read("/0123456789"), "cut": phone.read("/012"), "nothing": phone.read("/a/b")}
    stage.clock.set(10, 40)
    phone.scan()
    found["closed"] = phone.read("/check-in")
    stage.add_lecture("earlier", starts_at=stage.start - timedelta(hours=3))
    said = phone.browser.send("/claims", form_on="/claims/new", lecture=stage.ids["earlier"])
    found["said"] = phone.read(said.headers["Location"])
    found["noted elsewhere"] = words(phone.browser.send("/claims", form_on="/claims/new", noted="000000"))
    phone.sign_in(shared="yes")
    stage.clock.go_on(minutes=10)
    found["ended"] = phone.read("/account")
    return found


def test_every_page_has_a_title_of_its_own(phone: Phone) -> None:
    titles = [re.findall("<title>(.*?)</title>", text)[0] for text in pages(phone).values()]

    assert len(set(titles)) == len(titles) == 32
    assert {"Sign in", "Confirm check-in", "You are checked in"} <= set(titles)


def test_the_three_pages_of_the_main_path_are_told_apart_by_their_words(phone: Phone) -> None:
    found = pages(phone)
    for name, phrase in (("sign in", "Sign in"), ("confirm", "Confirm check-in"), ("done", "You are checked in")):
        assert [it for it, text in found.items() if phrase in text] == [name]


def test_the_right_form_comes_first(phone: Phone) -> None:
    found = pages(phone)
    actions = {name: re.findall('<form method="post" action="([^"]*)"', text) for name, text in found.items()}

    assert actions["sign in"] == ["/sign-in"]
    assert actions["confirm"] == ["/check-in", "/not-you"]
    assert actions["digits"] == ["/", "/not-you"]


def test_no_page_has_script_or_inline_style_or_another_host(phone: Phone) -> None:
    for name, text in pages(phone).items():
        assert not re.search(r"<script|<style| style=| on\w+=|//", text.replace("<!doctype html>", "")), name


def test_what_is_held_is_one_tap_away_from_every_page(phone: Phone) -> None:
    assert [name for name, text in pages(phone).items() if 'href="/what-we-hold"' not in text] == []


def test_results_are_said_to_screen_readers(phone: Phone) -> None:
    found = pages(phone)
    quiet = {
        "sign in",
        "confirm",
        "digits",
        "account",
        "requests",
        "settings",
        "claims/new",
        "notice",
        "what-we-hold",
        "who-can-see-what",
        "accessibility-statement",
    }
    quiet |= {name for name in found if name.startswith("record")}

    assert {name for name, text in found.items() if 'role="status"' not in text} == quiet


def test_no_title_or_address_names_a_person(phone: Phone) -> None:
    for text in pages(phone).values():
        assert "Ada" not in "".join(re.findall('<title>.*?</title>|href="[^"]*"|action="[^"]*"', text))


@pytest.mark.parametrize("word", ["invalid", "error", "failed", "!</"])
def test_no_page_blames(phone: Phone, word: str) -> None:
    # A mark for screen readers, which say it in their own words.
    texts = {name: text.lower().replace("aria-invalid", "") for name, text in pages(phone).items()}

    assert [name for name, text in texts.items() if word in text] == []


def test_a_demonstration_says_so_on_every_page(phone: Phone) -> None:
    institution = replace(phone.stage.settings("checkin").institution, is_demo=True)
    for app in disposed(phone.stage.app("checkin", institution=institution)):
        found = pages(Phone(phone.stage, app))

    assert [name for name, text in found.items() if "Demonstration: invented people" not in text] == []


@pytest.mark.parametrize("path", ["/", "/sign-in", "/check-in", "/sign-out"])
def test_a_form_of_ten_megabytes_is_refused_with_a_page(phone: Phone, path: str) -> None:
    answer = phone.browser.post(path, data={"digits": "1" * 10_000_000})

    assert answer.status_code == 413
    assert "That is too large" in words(answer)


def test_a_file_where_a_field_belongs_is_nothing(phone: Phone) -> None:
    phone.sign_in()
    csrf = phone.browser.csrf("/")
    form = {"csrf_token": csrf, "digits": (io.BytesIO(b"123456"), "digits.txt")}
    answer = phone.browser.post("/", data=form, content_type="multipart/form-data")

    assert "Six digits are needed" in words(answer)


def test_the_problem_page_says_what_to_do_about_cookies(phone: Phone) -> None:
    answer = phone.browser.post("/sign-in", data={"login": "ada", "password": PASSWORD})

    assert answer.status_code == 400
    assert "let your browser keep cookies" in words(answer)


def test_a_button_has_its_words_alone() -> None:
    """Where buttons share a name, lynx shows the value of each beside its words, in no language that anybody reads."""
    buttons = [it for path in TEMPLATES.glob("*.html") for it in re.findall("<button[^>]*>", path.read_text("utf-8"))]

    assert len(buttons) > 20
    assert [it for it in buttons if re.search(r"\b(name|value)=", it)] == []
