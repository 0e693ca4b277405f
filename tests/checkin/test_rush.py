"""Many taps in one transaction: whoever is plain is written, whoever is not is sent the ordinary way, and nobody twice."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from kiosk.checkin.rush import Tap, check_in_together
from kiosk.checkin.service import CheckedIn, Scanned
from kiosk.domain.lectures import WindowPolicy
from kiosk.store.doors import rush as door
from kiosk.store.doors.board import lectures_near
from kiosk.store.tables import register
from kiosk.store.transactions import DatabaseAway, commit_by
from tests.stage import Stage

ZONE = ZoneInfo("Europe/London")
Rush = Callable[[Sequence[Tap]], Sequence[CheckedIn | None]]


def tap(stage: Stage, student: str, lecture: str = "algorithms", *, nonce: str = "", epoch: int = 1) -> Tap:
    """A scan of somebody's, made just now; each has a nonce of its own unless told."""
    with Session(stage.database.engine("checkin")) as session:
        near = {it.id: it for it in lectures_near(session, stage.clock(), WindowPolicy())}
    scan = Scanned(near[stage.ids[lecture]], stage.clock(), nonce or f"nonce of {student} at {lecture}")
    return Tap(stage.ids[student], epoch, scan)


@pytest.fixture
def rush(any_stage: Stage) -> Iterator[Rush]:
    with Session(any_stage.database.engine("checkin")) as session:
        yield lambda taps: check_in_together(session, any_stage.clock(), taps, ZONE, lambda it: it.commit())


def written(stage: Stage) -> tuple[list[int], int, int]:
    """Whose rows the register has, and how many of the history and of spent receipts."""
    rows, tables = stage.rows(register.attendance), (register.attendance_change, register.spent_receipt)
    changes, spent = (len(stage.rows(it)) for it in tables)
    return sorted(it.student_id for it in rows), changes, spent


def test_all_who_are_plain_are_written_and_the_others_are_not(any_stage: Stage, rush: Rush) -> None:
    ada, ben = any_stage.ids["ada"], any_stage.ids["ben"]
    any_stage.add_student("dee", "31000004", "Dee Marked", "COMP1201")
    any_stage.put_in_register("dee", "absent")
    came = rush([tap(any_stage, it) for it in ("ada", "cy", "ben", "dee")])
    assert [it is not None for it in came] == [True, False, True, False]
    assert written(any_stage) == (sorted([ada, ben, any_stage.ids["dee"]]), 2, 2)


def test_it_answers_with_what_the_register_says(any_stage: Stage, rush: Rush) -> None:
    (came,) = rush([tap(any_stage, "ada")])
    (row,) = any_stage.rows(register.attendance)
    assert came is not None
    said = came.recorded
    assert (said.status, said.method, said.other_group, said.arrived_at) == (
        row.status,
        row.method,
        row.other_group,
        row.arrived_at,
    )


@pytest.mark.parametrize("epoch", [0, 2])
def test_a_sign_in_that_stands_no_more_checks_nobody_in(any_stage: Stage, rush: Rush, epoch: int) -> None:
    assert rush([tap(any_stage, "ada", epoch=epoch)]) == [None]
    assert written(any_stage) == ([], 0, 0)


def test_whoever_has_left_is_not_checked_in(any_stage: Stage, rush: Rush) -> None:
    any_stage.change(register.student, any_stage.ids["ada"], left_on=any_stage.start.date() - timedelta(days=1))
    assert rush([tap(any_stage, "ada")]) == [None]


def test_of_two_scans_of_one_student_the_first_counts(any_stage: Stage, rush: Rush) -> None:
    came = rush([tap(any_stage, "ada"), tap(any_stage, "ada", nonce="another")])
    assert [it is not None for it in came] == [True, False]
    assert written(any_stage) == ([any_stage.ids["ada"]], 1, 1)


def test_one_scan_is_good_for_one_student(any_stage: Stage, rush: Rush) -> None:
    came = rush([tap(any_stage, it, nonce="the same") for it in ("ada", "ben")])
    assert [it is not None for it in came] == [True, False]
    assert written(any_stage) == ([any_stage.ids["ada"]], 1, 1)


def test_when_one_scan_was_spent_before_nothing_is_written_and_all_go_the_ordinary_way(
    any_stage: Stage, rush: Rush
) -> None:
    rush([tap(any_stage, "ada", nonce="the same")])
    before = written(any_stage)
    assert rush([tap(any_stage, "ben", nonce="the same"), tap(any_stage, "cy", "silk")]) == [None, None]
    assert written(any_stage) == before


def test_when_somebody_is_quicker_with_one_nothing_is_written_and_all_go_the_ordinary_way(
    any_stage: Stage, rush: Rush, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the register and the writing."""
    look = door.recorded_among

    def look_too_soon(*about: Any) -> object:
        seen = look(*about)
        any_stage.put_in_register("ben", "absent")
        return seen

    monkeypatch.setattr(door, "recorded_among", look_too_soon)
    assert rush([tap(any_stage, "ada"), tap(any_stage, "ben")]) == [None, None]
    assert written(any_stage) == ([any_stage.ids["ben"]], 0, 0)


def test_when_the_database_refuses_one_nothing_is_written_and_all_go_the_ordinary_way(
    any_stage: Stage, rush: Rush
) -> None:
    """A session that is gone, though the board of two seconds ago has it."""
    gone = tap(any_stage, "ben")
    gone = replace(gone, scan=replace(gone.scan, lecture=replace(gone.scan.lecture, id=99_999)))
    assert rush([tap(any_stage, "ada"), gone]) == [None, None]
    assert written(any_stage) == ([], 0, 0)


@pytest.mark.parametrize("code", ["disk I/O error", "database or disk is full"])
def test_when_the_disk_refuses_nothing_is_written_and_the_database_is_away(stage: Stage, code: str) -> None:
    """Then each of them goes the ordinary way, and reads there that it is."""

    def offload(_: Callable[[], object]) -> None:
        raise sqlite3.OperationalError(code)

    with Session(stage.database.engine("checkin")) as session, pytest.raises(DatabaseAway):
        check_in_together(session, stage.clock(), [tap(stage, "ada")], ZONE, commit_by(offload))
    assert written(stage) == ([], 0, 0)


def test_processes_that_write_the_same_at_once_write_it_once(any_stage: Stage) -> None:
    names = [any_stage.add_student(f"s{it}", f"3200{it:04}", "Some Body", "COMP1201") and f"s{it}" for it in range(20)]
    taps = [tap(any_stage, it) for it in names]
    engine = any_stage.database.engine("checkin")

    def process(order: Sequence[Tap]) -> Sequence[CheckedIn | None]:
        with Session(engine) as session:
            return check_in_together(session, any_stage.clock(), order, ZONE, lambda it: it.commit())

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(process, [taps, taps[::-1], taps[5:15], taps]))
    taken = [it for some in came for it in some if it is not None]
    assert len(taken) >= 10
    assert written(any_stage)[1:] == (len(taken), len(taken))
