"""Holding an entry back from its student: the officer alone, for a listed reason, once, for ninety days at most, written down."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.store.tables import log, wishes
from tests.admin.conftest import Desk, words
from tests.admin.test_acts import add, ask, entry
from tests.stage import Browser

FORM = {"reason": "investigation", "until": "2026-12-24"}


def looked(desk: Desk) -> str:
    """The address of the page about a look at Ada."""
    add(desk, entry(desk))
    return f"/access-log/entries/{desk.stage.rows(log.access_entry)[-1].id}/delay"


def hold_back(desk: Desk, page: str, login: str = "dot", **fields: str) -> TestResponse:
    return desk.sign_in(login).send(page, **{**FORM, **fields})


def test_the_officer_holds_an_entry_back_until_a_day(any_desk: Desk) -> None:
    page = looked(any_desk)

    assert hold_back(any_desk, page).headers["Location"] == page
    row = any_desk.stage.rows(wishes.log_delay)[0]
    assert (row.reason, row.until.isoformat(), row.set_by, row.set_at) == (
        "investigation",
        "2026-12-24T00:00:00+00:00",
        any_desk.stage.ids["dot"],
        any_desk.stage.clock(),
    )


def test_the_log_says_so_beside_the_entry_and_has_a_row_about_no_student(any_desk: Desk) -> None:
    hold_back(any_desk, looked(any_desk))

    text = words(ask(any_desk))

    assert "Held back from the student until Thursday 24 December 2026: an investigation" in text
    assert "Held an entry back from its student" in text
    written = any_desk.stage.rows(log.access_entry, log.access_entry.c.act == "delay entry")[0]
    assert any_desk.stage.rows(log.access_subject, log.access_subject.c.entry_id == written.id) == []


def test_the_log_leads_to_holding_an_entry_back_that_is_about_somebody(desk: Desk) -> None:
    page = looked(desk)
    add(desk, entry(desk, subjects=frozenset()))

    text = ask(desk).text

    assert f'href="{page}"' in text
    assert text.count("Hold entry") == 1


@pytest.mark.parametrize("until", ["2026-11-25", "2027-02-22"])
def test_from_tomorrow_to_ninety_days_ahead(desk: Desk, until: str) -> None:
    assert hold_back(desk, looked(desk), until=until).status_code == 303


@pytest.mark.parametrize("until", ["2026-11-24", "2026-11-23", "2027-02-23", "soon", "", "9999-12-31"])
def test_any_other_day_is_refused_with_words(desk: Desk, until: str) -> None:
    answer = hold_back(desk, looked(desk), until=until)

    assert answer.status_code == 422
    assert "Give a day from tomorrow on, at most 90 days ahead." in words(answer)
    assert desk.stage.rows(wishes.log_delay) == []


@pytest.mark.parametrize("reason", ["", "because", "INVESTIGATION"])
def test_a_reason_is_one_of_the_list(desk: Desk, reason: str) -> None:
    answer = hold_back(desk, looked(desk), reason=reason)

    assert answer.status_code == 422
    assert "Choose one of the list." in words(answer)


def test_an_entry_is_held_back_once_and_nothing_makes_it_longer(any_desk: Desk) -> None:
    page = looked(any_desk)
    dot = any_desk.sign_in("dot")
    token = dot.csrf(page)
    for until in ("2026-12-01", "2026-12-24"):
        dot.post(page, data={"csrf_token": token, "curtain": "open", **FORM, "until": until})

    assert [it.until.day for it in any_desk.stage.rows(wishes.log_delay)] == [1]
    assert "This cannot be made longer" in dot.get(page).text


def test_what_was_held_back_stays_so_in_the_log_once_it_is_over(desk: Desk) -> None:
    hold_back(desk, looked(desk), until="2026-11-25")
    desk.stage.clock.go_on(days=2)

    assert "Held back from the student until Wednesday 25 November 2026" in words(ask(desk))


@pytest.mark.parametrize("thing", ["nothing", "nobody"])
def test_there_is_nothing_to_hold_back_where_no_student_would_read_it(desk: Desk, thing: str) -> None:
    page = looked(desk)
    add(desk, entry(desk, subjects=frozenset()))
    entry_id = 2**31 - 1 if thing == "nothing" else desk.stage.rows(log.access_entry)[-1].id
    dot = desk.sign_in("dot")

    assert dot.get(f"/access-log/entries/{entry_id}/delay").status_code == 404
    assert dot.send(f"/access-log/entries/{entry_id}/delay", page, **FORM).status_code == 404
    assert desk.stage.rows(wishes.log_delay) == []


def test_nobody_else_holds_anything_back(desk: Desk, eve: Browser) -> None:
    page = looked(desk)

    assert eve.get(page).status_code == 404
    assert eve.send(page, "/", **FORM).status_code == 404
    assert desk.stage.rows(wishes.log_delay) == []


def test_without_the_log_nothing_is_held_back(desk: Desk) -> None:
    page, dot = looked(desk), desk.sign_in("dot")
    token = dot.csrf(page)
    with desk.stage.database.owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE access_entry RENAME COLUMN purpose TO gone")

    assert dot.post(page, data={"csrf_token": token, "curtain": "open", **FORM}).status_code == 503
    assert desk.stage.rows(wishes.log_delay) == []


def test_the_day_begins_where_the_institution_is(desk: Desk) -> None:
    desk.stage.clock.go_on(days=150)
    page = looked(desk)
    hold_back(desk, page, until=(desk.stage.clock() + timedelta(days=9)).date().isoformat())

    assert desk.stage.rows(wishes.log_delay)[0].until.hour == 23
