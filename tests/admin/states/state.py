"""What a state is: a name that says what somebody sees, and the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kiosk.store.doors.admin import corrections
from tests.stage import Browser

State = tuple[str, TestResponse]
MOST_TRIES = 6
"""One more than anybody has for a password or a code."""


@contextmanager
def overtaken() -> Iterator[None]:
    """Whatever somebody takes back meanwhile was set anew just before."""
    held_of = corrections.held_of

    def newer(*asked: Any) -> dict[int, corrections.Held]:
        return {who: replace(held, version=held.version + 1) for who, held in held_of(*asked).items()}

    with pytest.MonkeyPatch.context() as late:
        late.setattr(corrections, "held_of", newer)
        yield


def after(browser: Browser, answer: TestResponse) -> TestResponse:
    """The page that an answer is or leads to."""
    while answer.status_code == 303:
        answer = browser.get(answer.headers["Location"])
    return answer


def press(browser: Browser, path: str, form_on: str = "/security", **fields: Any) -> TestResponse:
    """The page after a form was sent."""
    return after(browser, browser.send(path, form_on, **fields))
