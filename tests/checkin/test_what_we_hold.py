"""What the page "What we hold" names: every table with something about a student, every cookie and what it carries."""

import re
from collections.abc import Iterator
from html import unescape
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask

from kiosk.checkin.held_words import HELD, SIGN_IN_KEEPS
from kiosk.web.languages import say_in
from tests.checkin.conftest import Phone, disposed, words
from tests.checkin.states import every_state
from tests.checkin.test_export import LEFT_OUT, about_students, exported, kept_about_ada, rows_of
from tests.stage import Stage

WITHOUT_AN_ID = {"student_attempt": "under a keyed number, so that tries are counted and nobody is named"}
"""What the page names beside the tables that have a student's id."""

PAGE = "/what-we-hold"


class Jar:
    """Every cookie that a wing has given out, and what its sign-in cookies carried."""

    def __init__(self, app: Flask) -> None:
        self.app, self.inner, self.names, self.parts = app, app.wsgi_app, set[str](), set[str]()
        app.wsgi_app = self  # type: ignore[method-assign, assignment]

    def __call__(self, environ: Any, start: Any) -> Any:
        def look(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                if name.lower() == "set-cookie":
                    self._keep(value)
            return start(status, headers, *rest)

        return self.inner(environ, look)

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            self.names.add(name)
            if name == self.app.config["SESSION_COOKIE_NAME"] and morsel.value:
                reader: Any = self.app.session_interface
                self.parts |= set(reader.get_signing_serializer(self.app).loads(morsel.value))


def sentences() -> list[str]:
    """All that the page says of tables and of the sign-in cookie, in English."""
    return [it for kept in (*HELD.values(), SIGN_IN_KEEPS) for it in kept.values()]


@pytest.fixture
def walked(stage: Stage) -> Iterator[Jar]:
    """What a walk through every state of the wing leaves in browsers, and in one on a shared computer, told a language."""
    stage.languages = ("en", "cy")
    for app in disposed(stage.app("checkin")):
        jar = Jar(app)
        phone = Phone(stage, app)
        phone.browser.send("/language", form_on=PAGE, language="en", page=PAGE)
        phone.scan()
        phone.sign_in("ben", on="/check-in", shared="yes")
        phone.press()
        for _ in every_state(stage, app):
            pass
        yield jar


# Tables --------------------------------------------------------------------------------------------


def test_every_table_about_students_is_named() -> None:
    assert {name for kept in HELD.values() for name in kept} == about_students() | set(WITHOUT_AN_ID)


def test_whatever_the_export_has_is_named(phone: Phone) -> None:
    kept_about_ada(phone.stage)
    named = {name for kept in HELD.values() for name in kept}

    assert set(rows_of(exported(phone))) - named == set()
    assert set(LEFT_OUT) - named == set()


@pytest.mark.parametrize("code", ["en", "cy"])
def test_the_page_says_all_of_it_in_each_language(stage: Stage, code: str) -> None:
    stage.languages = ("en", "cy")
    for app in disposed(stage.app("checkin")):
        answer = Phone(stage, app).browser.get(PAGE, headers={"Accept-Language": code})
        text = unescape(words(answer))

        assert [it for it in (*HELD, *sentences()) if say_in(code, it) not in text] == []


def test_each_thing_is_said_once(phone: Phone) -> None:
    text = unescape(words(phone.browser.get(PAGE)))

    assert [it for it in sentences() if text.count(it) != 1] == []


def test_whoever_is_signed_in_is_led_to_all_of_it(phone: Phone) -> None:
    before = phone.read(PAGE)
    phone.sign_in()

    assert ['href="/record/export"' in it for it in (before, phone.read(PAGE))] == [False, True]


# Cookies -------------------------------------------------------------------------------------------


def test_the_table_has_each_cookie_that_the_wing_gives_and_no_other(walked: Jar, phone: Phone) -> None:
    assert set(re.findall("<code>(.+?)</code>", phone.read(PAGE))) == walked.names


def test_it_says_all_that_the_sign_in_cookie_carries(walked: Jar) -> None:
    assert walked.parts == set(SIGN_IN_KEEPS)


def test_it_says_how_long(phone: Phone) -> None:
    text = words(phone.browser.get(PAGE))

    assert (
        "150 days on your own device. On a shared computer 10 minutes after the last page, and 2 hours in all" in text
    )
    assert '<td role="cell">60 minutes</td>' in text
