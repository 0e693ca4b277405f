"""In which language a student is answered: what the browser asks for, until they choose another; and then all of it is."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from kiosk.domain.hashes import hash_secret
from kiosk.store.tables import board, register
from tests.checkin.conftest import Outage, Phone, disposed, words
from tests.checkin.test_pages import pages
from tests.stage import Stage
from tests.web.sentences import marked

BOTH = ("en", "cy")


@pytest.fixture
def welsh_phone(stage: Stage) -> Iterator[Phone]:
    """A phone at an institution that speaks English and Welsh."""
    stage.languages = BOTH
    for app in disposed(stage.app("checkin")):
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


@pytest.fixture
def welsh_pages(welsh_phone: Phone) -> dict[str, str]:
    """Every page, to a browser that asks for Welsh."""
    welsh_phone.browser.environ_base = {**welsh_phone.browser.environ_base, "HTTP_ACCEPT_LANGUAGE": "cy"}
    return pages(welsh_phone)


def test_no_page_in_welsh_has_an_english_sentence(welsh_pages: dict[str, str]) -> None:
    """Those with a place in them apart, whose words are the same in part."""
    sentences = [it for it in marked() if isinstance(it, str) and it.count(" ") > 1 and "%(" not in it]
    found = {
        (name, it)
        for name, text in welsh_pages.items()
        for it in sentences
        if it.casefold() in unescape(text).casefold()
    }

    assert len(sentences) > 100
    assert found == set()


def test_every_page_in_welsh_has_a_title_of_its_own(welsh_pages: dict[str, str]) -> None:
    titles = [text.partition("<title>")[2].partition("</title>")[0] for text in welsh_pages.values()]

    assert len(set(titles)) == len(titles)


def test_days_and_places_are_said_in_welsh(welsh_pages: dict[str, str]) -> None:
    assert "Dydd Mawrth 24 Tachwedd, 10:00" in welsh_pages["confirm"]
    assert "ar gyfer COMP1201, 10:00, Ystafell 4/4053, fel" in welsh_pages["done"]


def test_what_is_wrong_with_a_new_password_is_said_in_welsh(welsh_phone: Phone) -> None:
    stage, later = welsh_phone.stage, welsh_phone.stage.clock() + timedelta(days=1)
    stage.add("", register.student_link, secret_hash=hash_secret("x"), student_id=stage.ids["ada"], expires_at=later)
    welsh_phone.browser.environ_base = {**welsh_phone.browser.environ_base, "HTTP_ACCEPT_LANGUAGE": "cy"}
    answer = welsh_phone.browser.send("/first-password/x", password="short", again="short")

    assert "Defnyddiwch o leiaf 10 nod." in words(answer)


def test_how_long_to_wait_is_said_with_the_form_that_welsh_has(welsh_phone: Phone) -> None:
    welsh_phone.browser.environ_base = {**welsh_phone.browser.environ_base, "HTTP_ACCEPT_LANGUAGE": "cy"}
    for _ in range(40):
        answer = welsh_phone.sign_in(password="not the password")
        if answer.status_code == 429:
            break

    assert "Arhoswch " in words(answer)
    assert " eiliad," in words(answer) or " munud," in words(answer)


def test_the_language_somebody_wishes_is_theirs_in_every_browser(welsh_phone: Phone) -> None:
    welsh_phone.sign_in()
    welsh_phone.browser.send("/settings", language="cy")
    other = Phone(welsh_phone.stage, welsh_phone.browser.application)
    before = tongue(other, asks="en")
    other.sign_in()

    assert (tongue(welsh_phone, asks="en"), before, tongue(other, asks="en")) == ("cy", "en", "cy")


def test_the_switch_on_every_page_is_kept_for_whoever_is_signed_in(welsh_phone: Phone) -> None:
    welsh_phone.sign_in()
    welsh_phone.browser.send("/language", form_on="/", language="cy", page="/")
    other = Phone(welsh_phone.stage, welsh_phone.browser.application)
    other.sign_in()

    assert tongue(other, asks="en") == "cy"


def test_the_switch_leaves_more_time_as_it_is(welsh_phone: Phone) -> None:
    welsh_phone.sign_in()
    welsh_phone.browser.send("/settings", more_time="yes", language="")
    welsh_phone.browser.send("/language", form_on="/", language="cy", page="/")

    assert 'value="yes" checked' in welsh_phone.read("/settings")


def test_what_was_chosen_before_signing_in_stays_where_nothing_else_is_wished(welsh_phone: Phone) -> None:
    welsh_phone.browser.send("/language", form_on="/", language="cy", page="/")
    welsh_phone.sign_in()

    assert tongue(welsh_phone, asks="en") == "cy"


def test_a_wish_can_be_given_up_for_what_the_browser_asks_for(welsh_phone: Phone) -> None:
    welsh_phone.sign_in()
    welsh_phone.browser.send("/settings", language="cy")
    welsh_phone.browser.send("/settings", language="")

    assert tongue(welsh_phone, asks="en") == "en"


def test_a_shared_computer_that_was_told_welsh_confirms_in_welsh(welsh_phone: Phone) -> None:
    welsh_phone.browser.send("/language", form_on="/", language="cy", page="/")
    welsh_phone.sign_in(shared="yes")
    confirmation = welsh_phone.type(welsh_phone.stage.digits()).headers["Location"]

    assert (confirmation, tongue(welsh_phone, confirmation), tongue(welsh_phone)) == ("/check-ins/last", "cy", "cy")


@pytest.mark.parametrize("path", ["/sign-out", "/not-you", "/account/sign-out-everywhere"])
def test_signing_out_leaves_the_language_as_it_is(welsh_phone: Phone, path: str) -> None:
    welsh_phone.sign_in()
    welsh_phone.browser.send("/language", form_on="/", language="cy", page="/")
    welsh_phone.browser.send(path, form_on="/account")

    assert ("Ada" in welsh_phone.read("/"), tongue(welsh_phone)) == (False, "cy")


@pytest.mark.parametrize("language", ["de", "cy "])
def test_no_language_can_be_wished_for_that_nobody_speaks_here(welsh_phone: Phone, language: str) -> None:
    welsh_phone.sign_in()

    assert welsh_phone.browser.send("/settings", language=language).status_code == 400


def test_the_switch_works_while_the_database_is_away(welsh_phone: Phone) -> None:
    welsh_phone.sign_in()
    form = {"csrf_token": welsh_phone.browser.csrf("/"), "language": "cy", "page": "/signed-out"}
    outage = Outage(welsh_phone.browser.application, welsh_phone.stage)
    outage.begin()
    answer = welsh_phone.browser.post("/language", data=form)
    outage.end()

    assert answer.status_code == 303
    assert tongue(welsh_phone, "/signed-out", asks="en") == "cy"


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("/claims/new?noted=123456&lecture=7", {"noted=123456", "lecture=7"}),
        ("/claims/new?next=//evil.test", {""}),
        ("/claims/new?noted=%0d%0aSet-Cookie:x", {"noted=%0D%0ASet-Cookie:x"}),
    ],
)
def test_what_stands_behind_the_address_of_a_page_goes_on_with_it(
    welsh_phone: Phone, page: str, kept: set[str]
) -> None:
    answer = welsh_phone.browser.send("/language", form_on="/", language="cy", page=page)
    path, _, query = answer.headers["Location"].partition("?")

    assert (path, set(query.split("&"))) == ("/claims/new", kept)


def test_every_page_names_itself_with_what_stands_behind_its_address(welsh_phone: Phone) -> None:
    welsh_phone.sign_in()

    assert 'name="page" value="/claims/new?noted=123456"' in welsh_phone.read("/claims/new?noted=123456")
    assert 'name="page" value="/claims/new"' in welsh_phone.read("/claims/new")


# What the timetable says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "welsh"),
    [("Lecture", "Darlith"), ("lab", "Sesiwn labordy"), ("Night shift", '<span lang="en">Night shift</span>')],
)
def test_a_session_says_its_kind_in_the_language_of_the_page(welsh_phone: Phone, kind: str, welsh: str) -> None:
    stage = welsh_phone.stage
    stage.change(board.lecture, stage.ids["algorithms"], kind=kind)
    welsh_phone.sign_in("ada")
    paths = ("/record", f"/record/{stage.ids['algorithms']}", "/record/export")
    said = {"en": kind, "cy": welsh}

    read = {
        code: [words(welsh_phone.browser.get(path, headers={"Accept-Language": code})) for path in paths]
        for code in BOTH
    }

    assert {code: [said[code] in text for text in texts] for code, texts in read.items()} == dict.fromkeys(
        BOTH, [True] * 3
    )
    assert not [text for text in read["cy"] if kind in text.replace(welsh, "")]


def test_a_file_for_a_computer_has_the_kind_as_the_timetable_has_it(welsh_phone: Phone) -> None:
    welsh_phone.sign_in("ada")
    answer = welsh_phone.browser.get("/record/export.json", headers={"Accept-Language": "cy"})

    assert {it["session"]["kind"] for it in answer.get_json()["sessions"]} == {"Lecture"}
