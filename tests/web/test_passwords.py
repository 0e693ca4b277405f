"""Passwords: argon2id, and the same work for an account that does not exist."""

import time

import pytest
from flask import Flask

from kiosk.web import passwords
from kiosk.web.surroundings import run_here


@pytest.fixture(autouse=True)
def app() -> object:
    app = Flask("passwords")
    app.extensions["kiosk_offload"] = run_here
    with app.app_context():
        yield app


def test_a_password_matches_its_hash_and_no_other() -> None:
    made = passwords.hash_password("correct horse battery")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(made, "correct horse battery")
    assert not passwords.matches(made, "correct horse batterz")


def test_an_account_that_does_not_exist_never_matches() -> None:
    assert not passwords.matches(None, "nobody at all")


def test_a_broken_hash_never_matches() -> None:
    assert not passwords.matches("not a hash", "x")


def test_an_account_that_does_not_exist_costs_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    worked = []
    monkeypatch.setattr(passwords, "_verify", lambda known, given: worked.append(known) or False)
    passwords.matches(None, "x")
    assert worked == [passwords._NOBODY]
    start = time.process_time()
    passwords._hasher.verify(passwords._NOBODY, "nobody at all")
    assert time.process_time() > start


@pytest.mark.parametrize(("length", "fits"), [(9, False), (10, True), (200, True), (201, False)])
def test_a_new_password_has_a_length_that_can_be_kept(length: int, fits: bool) -> None:
    assert passwords.has_length("x" * length) is fits
