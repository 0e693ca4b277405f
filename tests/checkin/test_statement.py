"""The accessibility statement: what the regulations want in it, whom to write to, and when somebody reviewed it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.domain.statements import AccessibilityStatement
from tests.checkin.conftest import Phone, disposed
from tests.stage import Stage

PATH = "/accessibility-statement"
REQUIRED = [
    "How accessible this website is",
    "What to do if you can't use parts of this website",
    "Reporting accessibility problems with this website",
    "Enforcement procedure",
    "Technical information about this website's accessibility",
    "Compliance status",
    "Non-accessible content",
    "Non-compliance with the accessibility regulations",
    "Disproportionate burden",
    "Content that's not within the scope of the accessibility regulations",
    "Preparation of this accessibility statement",
]
"""The headings of the model statement that the regulations prescribe, in its order."""

Read = Callable[..., str]


@pytest.fixture
def read(stage: Stage) -> Iterator[Read]:
    """The page of an institution of which something is different."""
    apps: list[Iterator[Any]] = []

    def read(**changes: Any) -> str:
        institution = replace(stage.settings("checkin").institution, **changes)
        apps.append(disposed(stage.app("checkin", institution=institution)))
        return Phone(stage, next(apps[-1])).read(PATH).replace("&#39;", "'")

    yield read
    for it in apps:
        list(it)


def test_it_has_the_headings_of_the_model_statement_in_their_order(read: Read) -> None:
    assert re.findall(r"<h[23]>(.*?)</h", read()) == REQUIRED


@pytest.mark.parametrize("body", ["EHRC", "EASS", "ECNI", "Guidelines version 2.2, level AA", "partially compliant"])
def test_it_names_who_enforces_and_what_it_is_measured_by(read: Read, body: str) -> None:
    assert body in read()


def test_whom_to_write_to_is_the_help_address_or_one_of_its_own(read: Read) -> None:
    own = read(statement=AccessibilityStatement(contact="access@kiosk.test"))

    assert read().count("write to help@kiosk.test") == 2
    assert own.count("write to access@kiosk.test") == 2


def test_where_there_is_no_address_the_support_desk_is_named(read: Read) -> None:
    text = read(help_address="")

    assert ("ask the support desk" in text, "tell the support desk" in text) == (True, True)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (AccessibilityStatement(), "<p>Nobody at University of Barchester has reviewed it yet.</p>"),
        (
            AccessibilityStatement(prepared_on=date(2026, 9, 1), reviewed_on=date(2026, 11, 2)),
            "<p>This statement was prepared on 1 September 2026. It was last reviewed on 2 November 2026.</p>",
        ),
        (AccessibilityStatement(reviewed_on=date(2025, 6, 2)), "It should be reviewed again"),
    ],
)
def test_it_says_when_it_was_reviewed(read: Read, statement: AccessibilityStatement, says: str) -> None:
    assert says in read(statement=statement)


def test_it_is_one_tap_away_in_both_languages(read: Read) -> None:
    assert f'<a href="{PATH}">Hygyrchedd</a>' in read(languages=("cy", "en"))
    assert f'<a href="{PATH}">Accessibility</a>' in read()
