"""Adding and moving a session by somebody in a hurry: what is filled in already, where it leads, and the way back."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from kiosk.store.tables import board, staff
from tests.admin.conftest import Desk, words
from tests.admin.test_lectures import fields, newest
from tests.stage import START, Browser


def values(page: str, *ids: str) -> list[str]:
    return [re.search(rf'<input id="{it}"[^>]* value="([^"]*)"', page)[1] for it in ids]  # type: ignore[index]


def test_a_new_session_begins_now_unless_somebody_changes_that(desk: Desk) -> None:
    desk.stage.clock.set(10, 58)

    page = desk.sign_in("day").get("/lectures/new").text

    assert values(page, "day", "starts", "ends") == ["2026-11-24", "10:55", "11:55"]


def test_a_new_session_at_midnight_ends_the_next_day(desk: Desk) -> None:
    desk.stage.clock.set(23, 31)
    day = desk.sign_in("day")
    typed = dict(
        zip(("day", "starts", "ends"), values(day.get("/lectures/new").text, "day", "starts", "ends"), strict=True)
    )

    day.send("/lectures/new", **fields(desk, **typed))

    assert newest(desk).starts_at == datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert newest(desk).ends_at == datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


def test_the_only_module_somebody_teaches_is_chosen(desk: Desk, day: Browser) -> None:
    only = f'<option value="{desk.stage.ids["COMP1201"]}:" selected>'
    assert only in day.get("/lectures/new").text

    desk.stage.add("", staff.teaching, staff_id=desk.stage.ids["day"], module_id=desk.stage.ids["HIST2002"])

    assert "selected>COMP1201" not in day.get("/lectures/new").text


def test_a_session_added_for_a_screen_leads_back_to_it_with_that_session_chosen(desk: Desk) -> None:
    desk.stage.clock.set(12, 0)
    desk.add_pairing()
    day = desk.sign_in("day")
    address = "/lectures/new?pair=BCDFGHJK"
    assert f'href="{address}"' in day.get("/pair/BCDFGHJK").text

    answer = day.send(
        "/lectures/new", address, pair="BCDFGHJK", **fields(desk, day="2026-11-24", starts="12:00", ends="13:00")
    )

    assert 'name="pair" value="BCDFGHJK"' in day.get(address).text
    assert answer.headers["Location"] == f"/pair/BCDFGHJK?lecture={newest(desk).id}"
    assert f'value="lecture-{newest(desk).id}" required checked' in words(day.get(str(answer.location)))


def test_a_session_added_for_a_screen_is_chosen_before_one_that_begins_with_it(desk: Desk, day: Browser) -> None:
    desk.add_pairing()

    answer = day.send("/lectures/new", pair="BCDFGHJK", **fields(desk, day="2026-11-24", starts="10:00", ends="11:00"))

    assert f'value="lecture-{newest(desk).id}" required checked' in words(day.get(str(answer.location)))


def test_the_first_field_that_needs_another_look_has_the_focus(desk: Desk, day: Browser) -> None:
    answer = day.send("/lectures/new", **fields(desk, room="4/9999"))

    assert re.findall(r'<(?:input|select) id="(\w+)"[^>]* autofocus', answer.text) == ["room"]
    assert "There is no room “4/9999” here." in answer.text


def test_more_rooms_are_folded_away_until_there_is_one(desk: Desk, day: Browser) -> None:
    desk.stage.add_lecture("twice", rooms=("4/4053", "58/1065"))

    pages = [words(day.get(desk.lecture(name, "/edit"))) for name in ("algorithms", "twice")]

    assert ["<details open> <summary>More rooms" in page for page in pages] == [False, True]


def undo_on(page: str) -> dict[str, list[str]]:
    """What the Undo in a page's note would send."""
    form = page.split('<div class="note"')[1].split("</form>")[0]
    fields: dict[str, list[str]] = defaultdict(list)
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        fields[name].append(value)
    return fields


def test_a_move_offers_its_undo_which_puts_everything_back(any_desk: Desk) -> None:
    any_desk.stage.add_lecture("twice", rooms=("4/4053", "58/1065"), kind="Lab", mode="both")
    day, page = any_desk.sign_in("day"), any_desk.lecture("twice", "/edit")
    where = board.lecture.c.id == any_desk.stage.ids["twice"]
    moved = day.send(page, **fields(any_desk, version=1, starts="16:00", ends="17:00"))

    day.post(page, data=undo_on(day.get(str(moved.location)).text))

    back = any_desk.stage.rows(board.lecture, where)[0]
    assert (back.starts_at, back.ends_at, back.kind, back.mode) == (START, START + timedelta(hours=1), "Lab", "both")
    assert "4/4053, 58/1065" in day.get(any_desk.lecture("twice")).text


def test_the_undo_of_a_move_undoes_nothing_that_came_later(desk: Desk, day: Browser) -> None:
    page = desk.lecture(rest="/edit")
    moved = day.send(page, **fields(desk, version=1))
    undo = undo_on(day.get(str(moved.location)).text)
    day.send(page, **fields(desk, version=2, starts="16:00", ends="17:00"))

    answer = day.post(page, data=undo)

    assert (answer.status_code, "changed this session at 10:02 while you were typing" in words(answer)) == (409, True)


def test_a_move_is_undone_on_its_own_session_s_page_alone(desk: Desk, day: Browser) -> None:
    desk.stage.add_lecture("another")
    day.send(desk.lecture(rest="/edit"), **fields(desk, version=1))

    assert ">Undo<" not in day.get(desk.lecture("another", "?done=move")).text
