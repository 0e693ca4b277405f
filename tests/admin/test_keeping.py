"""What the wing does for the log by itself: the day's head leaves the database, a refusal gets its row."""

import logging
import threading
from datetime import UTC, date
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kiosk import heads
from kiosk.domain.access_log import Head
from kiosk.store.tables import log
from tests.admin.conftest import Desk, words
from tests.admin.test_corrections import mark, post
from tests.admin.test_many_at_once import break_log
from tests.admin.test_register import open_names
from tests.stage import Browser


def lodged(desk: Desk) -> list[Head]:
    return heads.lodged(desk.stage.database.folder / "log-heads.txt")


def entries(desk: Desk) -> list[tuple[str, str, str, int, str]]:
    return [(it.act, it.outcome, it.thing, it.thing_id, it.data) for it in desk.stage.rows(log.access_entry)]


def look_tomorrow(desk: Desk) -> str:
    desk.stage.clock.go_on(days=1)
    return open_names(desk, desk.sign_in("day")).text


# Heads -------------------------------------------------------------------------------------------


def test_the_first_look_of_a_day_writes_down_the_head_of_the_day_before(any_desk: Desk) -> None:
    open_names(any_desk, any_desk.sign_in("day"))
    day, before = any_desk.stage.clock().astimezone(UTC).date(), lodged(any_desk)

    look_tomorrow(any_desk)

    first = any_desk.stage.rows(log.access_entry)[0]
    assert (before, lodged(any_desk)) == ([], [Head(first.id, first.hash, day)])


def test_it_is_written_once_however_many_processes_there_are(desk: Desk) -> None:
    open_names(desk, desk.sign_in("day"))
    look_tomorrow(desk)
    other = Desk(desk.stage, desk.stage.app("admin"))

    open_names(other, other.sign_in("day"))

    assert len(lodged(desk)) == 1


def test_many_at_once_add_one_line(tmp_path: Path) -> None:
    path, start, head = tmp_path / "heads.txt", threading.Barrier(8), Head(5, "a" * 64, date(2026, 11, 24))
    added: list[bool] = []

    def write() -> None:
        start.wait()
        added.append(heads.lodge(path, head))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(added), heads.lodged(path)) == ([False] * 7 + [True], [head])


def test_a_head_that_can_not_be_written_loses_no_row_and_no_answer_but_is_loud(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    open_names(desk, desk.sign_in("day"))
    (desk.stage.database.folder / "log-heads.txt").mkdir()

    with caplog.at_level(logging.ERROR):
        text = look_tomorrow(desk)

    assert "Ada Lovelace" in text
    assert len(desk.stage.rows(log.access_entry)) == 2
    assert "head of the day before could not be written down" in caplog.text


def test_the_next_look_tries_again(desk: Desk) -> None:
    open_names(desk, desk.sign_in("day"))
    path = desk.stage.database.folder / "log-heads.txt"
    path.mkdir()
    look_tomorrow(desk)
    path.rmdir()

    open_names(desk, desk.sign_in("day"))

    assert [head.id for head in lodged(desk)] == [1]


def test_a_clock_that_goes_back_adds_to_the_end_and_writes_no_older_head(any_desk: Desk) -> None:
    open_names(any_desk, any_desk.sign_in("day"))
    look_tomorrow(any_desk)
    any_desk.stage.clock.go_on(days=-1)

    open_names(any_desk, any_desk.sign_in("day"))

    ids = [it.id for it in any_desk.stage.rows(log.access_entry)]
    assert (ids, [head.id for head in lodged(any_desk)]) == (sorted(ids), [ids[0]])


# Refusals ----------------------------------------------------------------------------------------


def test_a_refusal_is_written_down_with_what_was_asked_for(any_desk: Desk) -> None:
    eve = any_desk.sign_in("eve")

    answer = eve.get(any_desk.lecture(rest="/register"))

    assert answer.status_code == 404
    assert entries(any_desk) == [("deny", "refused", "lecture", any_desk.stage.ids["algorithms"], "register:read")]
    (row,) = any_desk.stage.rows(log.access_entry)
    assert (row.staff_id, row.role, any_desk.stage.rows(log.access_subject)) == (
        any_desk.stage.ids["eve"],
        "lecturer",
        [],
    )


@pytest.mark.parametrize(("login", "role"), [("ro", "room_admin"), ("nell", "module_admin")])
def test_somebody_without_the_permission_is_written_down_with_the_role_they_have(
    desk: Desk, login: str, role: str
) -> None:
    desk.sign_in(login).get(desk.lecture(rest="/register"))

    assert [(row.act, row.role, row.scope) for row in desk.stage.rows(log.access_entry)] == [("deny", role, "")]


def test_a_session_that_does_not_exist_is_written_down_alike(desk: Desk, day: Browser) -> None:
    day.get("/lectures/2147483647/register")

    assert entries(desk) == [("deny", "refused", "lecture", 2147483647, "register:read")]


def test_one_attempt_is_one_row(desk: Desk, eve: Browser) -> None:
    eve.send(desk.lecture(rest="/register/present"), "/", student=desk.stage.ids["ada"])

    assert len(entries(desk)) == 1


def test_a_form_that_names_a_student_is_a_refusal_about_that_student(any_desk: Desk) -> None:
    ro = any_desk.sign_in("ro")

    ro.send("/records/show", "/", record=any_desk.stage.ids["ada"])

    assert [row.student_id for row in any_desk.stage.rows(log.access_subject)] == [any_desk.stage.ids["ada"]]


@pytest.mark.parametrize("what", ["present", "undo", "undo-act", "all", "numbers", "pending", "walk-ins"])
def test_somebody_whose_time_is_over_is_a_refusal_with_the_session(any_desk: Desk, what: str) -> None:
    any_desk.stage.clock.go_on(days=8)
    fields = {"student": f"{any_desk.stage.ids['ada']}:0", "act": 1, "numbers": "31000001", "accept": "all"}
    fields |= {"student": f"{any_desk.stage.ids['ada']}:0:1"} if what == "undo" else {}

    answer = post(any_desk, any_desk.sign_in("day"), what, **fields)

    needed = "walk-in:settle" if what == "walk-ins" else "register:set"
    assert answer.status_code == 409
    assert entries(any_desk) == [("deny", "refused", "lecture", any_desk.stage.ids["algorithms"], needed)]


def test_a_refusal_at_a_row_is_about_its_student(any_desk: Desk) -> None:
    any_desk.stage.clock.go_on(days=8)

    mark(any_desk, any_desk.sign_in("day"))

    assert [row.student_id for row in any_desk.stage.rows(log.access_subject)] == [any_desk.stage.ids["ada"]]


def test_why_not_is_not_said_when_it_can_not_be_written_down(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    any_desk.stage.clock.go_on(days=8)
    day = any_desk.sign_in("day")
    break_log(monkeypatch)

    answer = post(any_desk, day, "all")

    assert (answer.status_code, "It can still be changed by" in answer.text) == (503, False)


@pytest.mark.parametrize("body", [b"record=1&" + b"x" * 100_000, b"record=99999999999999", b"\xff\x00=%zz"])
def test_a_form_that_can_not_be_read_is_a_refusal_all_the_same(desk: Desk, body: bytes) -> None:
    answer = desk.sign_in("ro").post("/records/show", data=body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, len(entries(desk))) == (404, 1)


@pytest.mark.parametrize("path", ["/modules", "/nowhere", "/rooms"])
def test_a_page_about_nobody_needs_no_row(desk: Desk, eve: Browser, path: str) -> None:
    assert eve.get(path).status_code == 404
    assert entries(desk) == []


def test_a_stranger_is_nobody_to_write_down(desk: Desk) -> None:
    desk.stranger().get(desk.lecture(rest="/register"))

    assert entries(desk) == []


def test_a_refusal_that_can_not_be_written_down_is_no_answer(
    desk: Desk, eve: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr("kiosk.store.doors.access_log.insert", broken)

    answer = eve.get(desk.lecture(rest="/register"))

    assert (answer.status_code, "can't reach the register" in words(answer).replace("&#39;", "'")) == (503, True)
    assert answer.headers["Cache-Control"] == "no-store"
