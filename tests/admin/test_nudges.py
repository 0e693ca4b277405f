"""What changes a screen nudges the displays' processes; what does not, does not."""

import pytest

from kiosk.web import nudges
from tests.admin.conftest import Desk
from tests.stage import Stage


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for every nudge."""
    found: list[str] = []
    monkeypatch.setattr(nudges.Nudger, "nudge", lambda _: found.append("nudge"))
    return found


@pytest.fixture
def desk(stage: Stage) -> Desk:
    return Desk(stage, stage.app("admin", redis_url="redis://127.0.0.1:9/0"))


def test_an_act_on_a_session_nudges(desk: Desk, nudged: list[str]) -> None:
    desk.sign_in("day").send(desk.lecture(rest="/act/hold"), desk.lecture())
    assert nudged == ["nudge"]


def test_looking_and_signing_in_and_what_was_refused_do_not(desk: Desk, nudged: list[str]) -> None:
    day = desk.sign_in("day")
    day.get(desk.lecture())
    day.send(desk.lecture("silk", "/act/hold"), desk.lecture())
    assert nudged == []


def test_without_a_redis_nobody_is_nudged(stage: Stage, nudged: list[str]) -> None:
    desk = Desk(stage, stage.app("admin"))
    desk.sign_in("day").send(desk.lecture(rest="/act/hold"), desk.lecture())
    assert nudged == []
