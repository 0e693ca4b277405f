"""The one-time link to a first password: looking costs nothing, using it works once."""

import hashlib
from datetime import timedelta

import pytest

from kiosk.store.tables import register
from tests.checkin.conftest import Phone, words

SECRET = "s" * 43
ADDRESS = f"/first-password/{SECRET}"
NEW = "owl kettle rainbow"


@pytest.fixture
def linked(any_phone: Phone) -> Phone:
    """Ny Newcomer has a link and no password yet, Ada a link and one."""
    stage = any_phone.stage
    stage.add("ny", register.student, number="31000009", login="ny1a26", known_as="Ny Newcomer")
    for name, secret in (("ny", SECRET), ("ada", "a" * 43)):
        hashed = hashlib.sha256(secret.encode()).hexdigest()
        expires_at = stage.clock() + timedelta(days=14)
        stage.add("", register.student_link, secret_hash=hashed, student_id=stage.ids[name], expires_at=expires_at)
    return any_phone


def choose(phone: Phone, password: str = NEW, again: str | None = None, address: str = ADDRESS) -> str:
    answer = phone.browser.send(address, password=password, again=password if again is None else again)
    return words(answer) if answer.status_code != 303 else answer.headers["Location"]


def test_the_link_says_whose_it_is_and_looking_spends_nothing(linked: Phone) -> None:
    text = linked.read(ADDRESS)

    assert "Ny Newcomer" in text
    assert "ny1a26" in text
    assert all(it.used_at is None for it in linked.stage.rows(register.student_link))


def test_the_chosen_password_signs_in(linked: Phone) -> None:
    assert choose(linked) == "/password-set"
    assert "Your password is set" in linked.read("/password-set")
    assert linked.sign_in("ny1a26", NEW).status_code == 303


def test_a_link_works_once(linked: Phone) -> None:
    csrf = linked.browser.csrf(ADDRESS)
    choose(linked)
    answer = linked.browser.post(ADDRESS, data={"csrf_token": csrf, "password": "another three words", "again": ""})

    assert answer.status_code == 404
    assert "This link is used or too old" in words(answer)
    assert linked.sign_in("ny1a26", NEW).status_code == 303


def test_an_older_link_is_worthless_once_a_password_is_set(linked: Phone) -> None:
    older = hashlib.sha256(b"older").hexdigest()
    expires_at = linked.stage.clock() + timedelta(days=3)
    linked.stage.add(
        "", register.student_link, secret_hash=older, student_id=linked.stage.ids["ny"], expires_at=expires_at
    )
    choose(linked)

    assert linked.browser.get("/first-password/older").status_code != 200
    assert linked.browser.get(f"/first-password/{'a' * 43}").status_code == 200


def test_a_link_ends_after_fourteen_days(linked: Phone) -> None:
    csrf = linked.browser.csrf(ADDRESS)
    linked.stage.clock.go_on(days=14)
    answer = linked.browser.post(ADDRESS, data={"csrf_token": csrf, "password": NEW, "again": NEW})

    assert answer.status_code == 404
    assert "ask help@kiosk.test for a new link" in words(answer)
    assert linked.sign_in("ny1a26", NEW).status_code == 422


def test_a_link_nobody_made_reads_like_a_used_one(linked: Phone) -> None:
    assert "This link is used or too old" in linked.read("/first-password/" + "x" * 43)


def test_a_new_password_ends_the_sign_ins_made_with_the_one_before(linked: Phone) -> None:
    linked.sign_in()
    choose(linked, address="/first-password/" + "a" * 43)

    assert "<title>Sign in</title>" in linked.read("/")
    assert linked.sign_in("ada", NEW).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", None, "Use at least 10 characters."),
        (NEW, "owl kettle rainbows", "The two are not the same."),
        ("", "", "Use at least 10 characters."),
        ("x" * 201, None, "Use at least 10 characters."),
    ],
)
def test_a_password_that_will_not_do_says_why_and_spends_nothing(
    linked: Phone, password: str, again: str | None, says: str
) -> None:
    assert says in choose(linked, password, again)
    assert choose(linked) == "/password-set"


def test_the_login_is_no_password(phone: Phone) -> None:
    phone.stage.add("long", register.student, number="7", login="longlogin1a26", known_as="Long Login")
    hashed = hashlib.sha256(SECRET.encode()).hexdigest()
    expires_at = phone.stage.clock() + timedelta(days=14)
    phone.stage.add(
        "", register.student_link, secret_hash=hashed, student_id=phone.stage.ids["long"], expires_at=expires_at
    )

    assert "Use something other than your login." in choose(phone, "LongLogin1a26")


def test_choosing_without_the_csrf_token_is_refused(linked: Phone) -> None:
    assert linked.browser.post(ADDRESS, data={"password": NEW, "again": NEW}).status_code == 400
