"""Names in any script, of any length: whole on every page that shows one, and set apart from the sentence they stand in."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from html import escape, unescape

import pytest

from kiosk.store.tables import register
from tests.checkin.conftest import Phone, disposed
from tests.checkin.test_pages import pages
from tests.stage import Stage

NAMES = {
    "arabic": "ليلى الأحمد",
    "hebrew": "נועה בן־דוד",
    "both ways": "ליאת (Leah) O'Neill-42",
    "one letter": "X",
    "two hundred": "Ẅ" * 200,
    "combining": "O\u0323\u0300s\u0323o\u0301ba\u0300 Z\u0351\u036b\u0343",
}
SHOWN_ON = {"confirm", "done", "digits", "wrong digits", "no digits", "walk-in", "account", "settled", "first password"}
LINK = "a one-time link"


@pytest.fixture(params=["en", "cy"])
def spoken(request: pytest.FixtureRequest, stage: Stage) -> Iterator[Phone]:
    """A phone where everything is said in one language."""
    stage.languages = (request.param,)
    for app in disposed(stage.app("checkin")):
        yield Phone(stage, app)


def pages_with_names(phone: Phone, name: str) -> dict[str, str]:
    """Every page there is, for somebody called that."""
    stage = phone.stage
    stage.change(register.student, stage.ids["ada"], known_as=name)
    found = pages(phone)
    stage.add(
        "",
        register.student_link,
        secret_hash=hashlib.sha256(LINK.encode()).hexdigest(),
        student_id=stage.ids["ada"],
        expires_at=stage.clock() + timedelta(days=1),
    )
    found["first password"] = phone.read(f"/first-password/{LINK}")
    row = next(it for it in stage.rows(register.attendance) if it.lecture_id == stage.ids["algorithms"])
    stage.change(register.attendance, row.id, status="absent", method="hand")
    phone.sign_in()
    found["settled"] = phone.read(f"/check-ins/{stage.ids['algorithms']}")
    return found


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_whole_and_set_apart_wherever_it_stands(spoken: Phone, name: str) -> None:
    found = pages_with_names(spoken, name)
    whole = f"<bdi>{escape(name).replace('&#x27;', '&#39;')}</bdi>"

    assert {page for page, text in found.items() if whole in text} >= SHOWN_ON


@pytest.mark.parametrize(
    "name", [it for it in NAMES.values() if len(it) > 1], ids=[it for it in NAMES if it != "one letter"]
)
def test_no_name_stands_outside_its_own_mark(spoken: Phone, name: str) -> None:
    """Else a name from right to left would turn the words around it."""
    found = pages_with_names(spoken, name)
    outside = {page for page, text in found.items() if name in unescape(text).replace(f"<bdi>{name}</bdi>", "")}

    assert outside == set()
