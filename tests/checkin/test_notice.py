"""What a student is told before anything is recorded of them, in few words, and where it stands afterwards."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from kiosk.checkin.notices import Why
from kiosk.domain.lectures import Participation
from kiosk.settings import Body, Notice
from kiosk.store.doors.notice import Required
from kiosk.store.tables import board
from tests.checkin.conftest import Phone, disposed
from tests.stage import ADDRESSES, Stage

MOST_WORDS = 120
BODY = Body("one two three four five six", "https://body.test/", "a " * 10, "a " * 10, "the " * 6 + "Council")
LONGEST = Notice("one two three four five six", "https://rules.test/", "a " * 10, "a " * 10, BODY)
ADDRESSLESS = replace(LONGEST, policy_address="", professional_body=replace(BODY, policy_address=""))
UNIVERSITYS = replace(LONGEST, professional_body=Body())
BODYS = Notice(professional_body=BODY)
FIRST = "Before your first check-in"


def notice(text: str) -> str:
    """The notice of a page, without its markup."""
    found = re.search("<section>(.*?)</section>", text)
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split()) if found else ""


def before_the_tap(phone: Phone) -> str:
    phone.scan()
    phone.sign_in(on="/check-in")
    return phone.read("/check-in")


@pytest.mark.parametrize(
    ("participation", "says"),
    [
        ("policy", "COMP1201: being recorded is required by the university."),
        ("professional_body", "COMP1201: being recorded is required by a professional body."),
        ("voluntary", "COMP1201: being recorded is your choice, and not being recorded counts against nobody."),
    ],
)
def test_before_the_first_check_in_the_page_says_what_this_module_requires(
    any_phone: Phone, participation: str, says: str
) -> None:
    any_phone.stage.change(board.module, any_phone.stage.ids["COMP1201"], participation=participation)
    text = notice(before_the_tap(any_phone))

    assert FIRST in text
    assert says in text
    assert "This tool is never required." in text


def test_it_says_why_by_which_rule_who_sees_it_how_long_and_how_to_object(phone: Phone) -> None:
    text = notice(before_the_tap(phone))

    for part in (
        "recorded so that",
        "Ask the help desk for the rule, the lawful basis and how long it is kept.",
        "counts the same",
        "can see it",
        "Object, or have something put right",
    ):
        assert part in text


def test_it_stands_below_the_button_and_costs_no_step(phone: Phone) -> None:
    text = before_the_tap(phone)
    phone.press()

    assert text.index("Check in as") < text.index(FIRST)
    assert "You are checked in" in phone.read(f"/check-ins/{phone.stage.ids['algorithms']}")


def test_on_the_page_for_digits_it_is_about_the_sessions_that_are_open(phone: Phone) -> None:
    phone.sign_in()

    assert "COMP1201: being recorded" in notice(phone.read("/"))


@pytest.mark.parametrize("login", ["ada", "cy"])
def test_after_a_check_in_or_a_walk_in_one_line_is_left(any_phone: Phone, login: str) -> None:
    any_phone.check_in(login)
    any_phone.scan()
    text = any_phone.read("/check-in")

    assert FIRST not in text
    assert '<p class="small prose">COMP1201: being recorded is required by the university. <a href="/notice">' in text


def test_what_staff_recorded_is_no_check_in_of_ones_own(phone: Phone) -> None:
    phone.stage.put_in_register("ada", lecture="silk")

    assert FIRST in before_the_tap(phone)


def test_one_persons_check_in_is_nobody_elses(phone: Phone, other_phone: Phone) -> None:
    phone.check_in("ben")

    assert FIRST in before_the_tap(other_phone)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_stranger_reads_no_more_than_120_words_of_it_either(stage: Stage, language: str) -> None:
    stage.languages = (language,)
    for app in disposed(stage.app("checkin", notices={language: LONGEST})):
        text = Phone(stage, app).read("/notice")

    parts = re.findall("<p[^>]*>(.*?)</p>", text.split("<main>")[1])[:4]
    read = re.sub("<[^>]*>", " ", " ".join(parts)).split()
    assert (f'lang="{language}"' in text, 60 < len(read) <= MOST_WORDS) == (True, True)


@pytest.fixture
def wordy_phone(stage: Stage) -> Iterator[Phone]:
    """A phone at an institution that says as much as it may."""
    for app in disposed(stage.app("checkin", notices={"en": LONGEST})):
        yield Phone(stage, app)


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("words", [Notice(), LONGEST, ADDRESSLESS, UNIVERSITYS, BODYS])
def test_it_has_at_most_120_words_whatever_the_modules_require_and_the_institution_says(
    stage: Stage, words: Notice, language: str
) -> None:
    for app in disposed(stage.app("checkin", notices={"en": words, "cy": words})):
        template = app.jinja_env.from_string(
            '{% from "checkin/why_parts.html" import why_here with context %}{{ why_here(why) }}'
        )
        with app.test_request_context("/", base_url=ADDRESSES.checkin):
            app.extensions["kiosk_languages"] = (language,)
            app.extensions["kiosk_choose_language"] = None
            counts = []
            for kinds in product(Participation, repeat=2):
                modules = tuple(Required(f"COMP120{place}", "", kind) for place, kind in enumerate(kinds))
                about = {"why": Why(modules, is_first=True), "notice": words, "is_signed_in": True}
                text = " ".join(template.render(**about).split())
                counts.append(len(notice(text).split()))

    assert min(counts) > 60
    assert max(counts) <= MOST_WORDS


def test_the_institutions_own_words_are_the_ones_that_are_read(wordy_phone: Phone) -> None:
    text = before_the_tap(wordy_phone)

    assert '<a href="https://rules.test/">one two three' in text
    assert "ask the help desk" not in notice(text)


BCS = Notice(
    *("the Attendance Policy", "https://rules.test/", "public task", "six years"),
    professional_body=Body("the Code of Conduct", "https://bcs.test/", "contract", "two years", "the BCS"),
)


@pytest.fixture
def bcs_phone(stage: Stage) -> Iterator[Phone]:
    """A phone where a body requires attendance at Algorithms, by a rule of its own."""
    stage.change(board.module, stage.ids["COMP1201"], participation="professional_body")
    for app in disposed(stage.app("checkin", notices={"en": BCS})):
        yield Phone(stage, app)


def test_a_module_of_a_professional_body_names_the_body_and_shows_its_rule_alone(bcs_phone: Phone) -> None:
    text = notice(before_the_tap(bcs_phone))

    assert "COMP1201: being recorded is required by the BCS." in text
    assert "Rule: the Code of Conduct . Basis: contract. Kept: two years." in text
    assert "Attendance Policy" not in text


def test_where_two_rules_hold_both_are_named_and_the_rest_is_one_tap_away(bcs_phone: Phone) -> None:
    stage = bcs_phone.stage
    stage.add_student("dee", "31000004", "Dee Both", "COMP1201", "HIST2002")
    bcs_phone.sign_in("dee")
    first, all_of_it = bcs_phone.read("/"), re.sub("<[^>]*>", "", bcs_phone.read("/notice"))

    assert "Rules: the Attendance Policy ; the Code of Conduct ." in notice(first)
    assert '<a href="/notice">Basis, and how long it is kept</a>' in first
    assert "Rule: the Attendance Policy. Basis: public task. Kept: six years." in all_of_it
    assert "Rule: the Code of Conduct. Basis: contract. Kept: two years." in all_of_it


def test_of_a_body_whose_rule_nobody_gave_the_universitys_is_not_said(stage: Stage) -> None:
    stage.change(board.module, stage.ids["COMP1201"], participation="professional_body")
    for app in disposed(stage.app("checkin", notices={"en": replace(BCS, professional_body=Body())})):
        text = notice(before_the_tap(Phone(stage, app)))

    assert "Ask the help desk for the rule" in text
    assert "Attendance Policy" not in text


def test_what_the_institution_does_not_say_is_to_be_asked(stage: Stage) -> None:
    for app in disposed(stage.app("checkin", notices={"en": Notice(policy_name="the Attendance Policy")})):
        text = notice(before_the_tap(Phone(stage, app)))

    assert "Rule: the Attendance Policy (ask the help desk). Basis: ask the help desk. Kept: ask the help desk." in text


def test_the_notice_can_be_read_again_from_every_page(phone: Phone) -> None:
    pages = ("/", "/what-we-hold", "/who-can-see-what", "/0123456789", "/nowhere/at/all", "/signed-out")

    assert [path for path in pages if 'href="/notice"' not in phone.read(path)] == []


def test_signed_in_it_says_what_each_module_requires_and_signed_out_it_names_none(any_phone: Phone) -> None:
    before = any_phone.read("/notice")
    any_phone.sign_in()
    after = any_phone.read("/notice")

    assert "COMP1201" not in before
    assert "COMP1201 Algorithms: being recorded is required by the university." in after
    assert "HIST2002" not in after


@pytest.mark.parametrize("path", ["/notice", "/what-we-hold"])
def test_a_stranger_is_told_to_sign_in_or_ask_and_whoever_is_signed_in_is_led_there(phone: Phone, path: str) -> None:
    before = phone.read(path).split("<main>")[1]
    phone.sign_in()
    after = phone.read(path).split("<main>")[1]

    told = "To object, or to have something put right, sign in or ask the help desk."
    assert [(told in it, 'href="/requests"' in it) for it in (before, after)] == [(True, False), (False, True)]


def test_the_notice_and_everything_that_is_held_lead_to_the_page_for_objections(phone: Phone) -> None:
    before = before_the_tap(phone).split("<main>")[1]

    assert '<a href="/requests">Object, or have something put right</a>' in before
    assert '<a href="/requests">Object, or have something put right</a>' in phone.read("/record/export")
