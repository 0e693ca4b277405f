"""In which language a student is answered: what the browser asks for, until they choose another."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.checkin.conftest import Phone, disposed
from tests.stage import Stage

BOTH = ("en", "cy")


@pytest.fixture
def welsh_phone(stage: Stage) -> Iterator[Phone]:
    """A phone at an institution that speaks English and Welsh."""
    institution = replace(stage.settings("checkin").institution, languages=BOTH)
    for app in disposed(stage.app("checkin", institution=institution)):
        yield Phone(stage, app)


def tongue(phone: Phone, path: str = "/", asks: str = "") -> str:
    page = phone.browser.get(path, headers={"Accept-Language": asks}).text
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("asks", "answered"),
    [("cy", "cy"), ("cy-GB, en;q=0.8", "cy"), ("en-GB, cy;q=0.5", "en"), ("de", "en"), ("", "en"), ("x;;q=, é", "en")],
)
def test_the_browser_is_answered_in_the_language_it_asks_for(welsh_phone: Phone, asks: str, answered: str) -> None:
    assert tongue(welsh_phone, asks=asks) == answered


def test_where_the_institution_speaks_one_language_there_is_nothing_to_choose(phone: Phone) -> None:
    assert tongue(phone, asks="cy") == "en"
    assert "Cymraeg" not in phone.read("/")


def test_a_language_is_chosen_for_this_browser_and_the_page_stays(welsh_phone: Phone) -> None:
    answer = welsh_phone.browser.send("/language", form_on="/what-we-hold", language="cy", page="/what-we-hold")

    assert answer.headers["Location"] == "/what-we-hold"
    assert tongue(welsh_phone, asks="en") == "cy"


@pytest.mark.parametrize(
    "page", ["//evil.test/", "https://evil.test/", "/nowhere/at/all", "", "\\evil.test", "/sign-in"]
)
def test_choosing_leads_to_no_page_but_our_own(welsh_phone: Phone, page: str) -> None:
    answer = welsh_phone.browser.send("/language", form_on="/", language="cy", page=page)

    assert answer.headers["Location"] == "/"
    assert tongue(welsh_phone) == "cy"


@pytest.mark.parametrize("language", ["de", "", "../../cy", "cy\n"])
def test_a_language_nobody_speaks_here_changes_nothing(welsh_phone: Phone, language: str) -> None:
    welsh_phone.browser.send("/language", form_on="/", language=language, page="/")

    assert tongue(welsh_phone) == "en"


def test_a_page_about_a_problem_is_in_the_language_too(welsh_phone: Phone) -> None:
    assert tongue(welsh_phone, "/a/b", asks="cy") == "cy"
