"""Rooms, their screens and keys, and lectern networks in the admin wing."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest

from kiosk.store.tables import board, screens, staff
from tests.admin.conftest import Desk
from tests.stage import Browser, Stage

HOSTILE = "<img src=x onerror=alert(1)>'\"&"


def page_of(stage: Stage, code: str = "4/4053") -> str:
    return f"/rooms/{stage.ids[code]}"


def row_of(stage: Stage, code: str = "4/4053") -> Any:
    return stage.rows(board.room, board.room.c.id == stage.ids[code])[0]


def acts(stage: Stage) -> list[str]:
    return [row.act for row in stage.rows(staff.journal)]


def add_screen(stage: Stage, name: str = "screen", room: str = "4/4053", **values: Any) -> int:
    instant = stage.clock()
    times = {"approved_at": instant, "expires_at": instant + timedelta(days=30)}
    return stage.add(name, screens.screen, secret_hash=name.ljust(64), room_id=stage.ids[room], **{**times, **values})


def see_screen(stage: Stage, lecture: str | None = None, **age: float) -> None:
    seen_at = stage.clock() - timedelta(**age)
    screen_id = stage.ids["screen"]
    lecture_id = stage.ids[lecture] if lecture else None
    values = {"screen_ref": f"s{screen_id}", "screen_id": screen_id, "lecture_id": lecture_id, "seen_at": seen_at}
    stage.add("", screens.sighting, **values)


def make_key(stage: Stage, browser: Browser, label: str = "Lectern") -> Any:
    return browser.send(f"{page_of(stage)}/keys/new", form_on=page_of(stage), label=label)


def test_the_list_shows_rooms_and_what_runs_in_them(stage: Stage, ro: Browser) -> None:
    add_screen(stage)
    see_screen(stage, seconds=10)
    text = ro.get("/rooms").text
    assert "Lecture Theatre A" in text
    assert "1 screen on now" in text
    assert "no screen" in text


def test_search_finds_by_code_and_name(ro: Browser) -> None:
    assert "58/1065" not in ro.get("/rooms?search=theatre").text
    assert "No room has" in ro.get("/rooms?search=zebra").text


def test_a_room_is_added(stage: Stage, ro: Browser) -> None:
    answer = ro.send("/rooms/new", code=" 7/3009 ", name="Lab")
    made = stage.rows(board.room, board.room.c.code == "7/3009")[0]
    assert answer.location == f"/rooms/{made.id}"
    assert acts(stage) == ["room.create"]


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"code": ""}, "Give the room a code"),
        ({"code": "x" * 41}, "at most 40"),
        ({"code": "7", "name": "x" * 121}, "at most 120"),
        ({"code": "4/4053"}, "Another room has this code"),
    ],
)
def test_a_room_that_can_not_be_added_is_told_what_to_do(ro: Browser, fields: dict[str, str], advice: str) -> None:
    answer = ro.send("/rooms/new", **fields)
    assert answer.status_code == 422
    assert advice in answer.text


def test_a_room_is_changed_with_before_and_after(stage: Stage, ro: Browser) -> None:
    ro.send(f"{page_of(stage)}/edit", code="4/4053", name="Ada's", was_code="4/4053", was_name="Lecture Theatre A")
    assert row_of(stage).name == "Ada's"
    row = stage.rows(staff.journal)[-1]
    assert (row.before["name"], row.after["name"]) == ("Lecture Theatre A", "Ada's")


def test_of_two_people_the_second_is_told_and_nothing_is_lost(stage: Stage, ro: Browser) -> None:
    stage.change(board.room, stage.ids["4/4053"], name="Theirs")
    fields = {"code": "4/4053", "name": "Mine", "was_code": "4/4053", "was_name": "Lecture Theatre A"}
    answer = ro.send(f"{page_of(stage)}/edit", **fields)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "They saved: <strong>Theirs</strong>" in answer.text
    assert row_of(stage).name == "Theirs"


def test_an_archived_room_is_listed_apart_and_undo_brings_it_back(stage: Stage, ro: Browser) -> None:
    answer = ro.send(f"{page_of(stage)}/archive", form_on="/rooms")
    assert ">Undo</button>" in ro.get(answer.location).text
    assert "Lecture Theatre A" not in ro.get("/rooms").text
    assert "Lecture Theatre A" in ro.get("/rooms?archived=1").text
    ro.send(f"{page_of(stage)}/restore", form_on="/rooms")
    assert row_of(stage).archived_at is None
    assert acts(stage) == ["room.archive", "room.restore"]


@pytest.mark.parametrize(
    ("lecture", "age", "words"),
    [
        ("algorithms", {"seconds": 20}, "Shows COMP1201, 10:00"),
        (None, {"seconds": 20}, "Shows the room and the clock"),
        ("algorithms", {"minutes": 5}, "Last seen Tuesday 24 November, 09:57"),
    ],
)
def test_a_screen_says_what_it_shows_and_when_it_was_seen(
    stage: Stage, ro: Browser, lecture: str | None, age: dict[str, float], words: str
) -> None:
    add_screen(stage)
    see_screen(stage, lecture, **age)
    text = ro.get(page_of(stage)).text
    assert words in text
    assert "Approved Tuesday 24 November, 10:02" in text


def test_a_screen_silent_for_more_than_thirty_days_has_lapsed(stage: Stage, ro: Browser) -> None:
    add_screen(stage, approved_at=stage.clock() - timedelta(days=31))
    assert "Lapsed after 30 silent days" in ro.get(page_of(stage)).text


def test_stop_revokes_the_screen(stage: Stage, ro: Browser) -> None:
    screen_id = add_screen(stage)
    ro.send(f"{page_of(stage)}/screens/{screen_id}/stop", form_on=page_of(stage))
    assert stage.rows(screens.screen)[0].revoked_at == stage.clock()
    assert acts(stage) == ["screen.stop"]


def test_a_screen_is_stopped_on_the_page_of_its_own_room_alone(stage: Stage, ro: Browser) -> None:
    screen_id = add_screen(stage, room="58/1065")
    assert ro.send(f"{page_of(stage)}/screens/{screen_id}/stop", form_on="/rooms/new").status_code == 404
    assert stage.rows(screens.screen)[0].revoked_at is None


def test_a_screen_is_approved_where_screens_are_paired(stage: Stage, ro: Browser) -> None:
    here = f'href="/pair?room={stage.ids["4/4053"]}"'
    assert here in ro.get(page_of(stage)).text.split("Approve a screen for this room")[0].rsplit("<", 1)[1]


def test_a_room_keys_address_is_shown_once_and_its_hash_is_kept(stage: Stage, ro: Browser) -> None:
    answer = make_key(stage, ro)
    found = re.search(r"http://screens\.kiosk\.test/room/([\w-]{40,})", answer.text)
    assert found
    kept = stage.rows(screens.room_key)[0]
    assert kept.secret_hash == hashlib.sha256(found[1].encode()).hexdigest()
    assert kept.room_id == stage.ids["4/4053"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert found[1] not in ro.get(page_of(stage)).text
    assert found[1] not in str(stage.rows(staff.journal))


def test_a_room_key_needs_a_label(stage: Stage, ro: Browser) -> None:
    answer = make_key(stage, ro, "  ")
    assert answer.status_code == 422
    assert "Say where this key is used" in answer.text
    assert stage.rows(screens.room_key) == []


def test_revoke_ends_a_room_key(stage: Stage, ro: Browser) -> None:
    make_key(stage, ro)
    key_id = stage.rows(screens.room_key)[0].id
    ro.send(f"{page_of(stage)}/keys/{key_id}/revoke", form_on=page_of(stage))
    assert stage.rows(screens.room_key)[0].revoked_at == stage.clock()
    assert acts(stage) == ["room_key.make", "room_key.revoke"]
    assert "1 revoked" in ro.get(page_of(stage)).text


def test_a_room_key_is_revoked_on_the_page_of_its_own_room_alone(stage: Stage, ro: Browser) -> None:
    make_key(stage, ro)
    key_id = stage.rows(screens.room_key)[0].id
    assert ro.send(f"{page_of(stage, '58/1065')}/keys/{key_id}/revoke", form_on="/rooms/new").status_code == 404
    assert stage.rows(screens.room_key)[0].revoked_at is None


def test_a_lectern_network_is_listed_and_removed_with_undo(stage: Stage, ro: Browser) -> None:
    ro.send("/lectern-networks/new", form_on="/lectern-networks", cidr="10.20.0.0/16", label="Building 4")
    network = stage.rows(screens.lectern_network)[0]
    assert (network.cidr, network.label) == ("10.20.0.0/16", "Building 4")
    answer = ro.send(f"/lectern-networks/{network.id}/remove", form_on="/lectern-networks")
    assert stage.rows(screens.lectern_network) == []
    text = ro.get(answer.location).text
    assert ">Undo</button>" in text
    assert 'name="label" value="Building 4"' in text
    assert acts(stage) == ["lectern_network.add", "lectern_network.remove"]


@pytest.mark.parametrize(
    ("typed", "listed"),
    [("2001:DB8:0::/48", "2001:db8::/48"), ("::ffff:a14:0/112", "10.20.0.0/16"), ("::ffff:10.20.3.4", "10.20.3.4/32")],
)
def test_a_network_is_listed_as_the_guard_reads_addresses(stage: Stage, ro: Browser, typed: str, listed: str) -> None:
    ro.send("/lectern-networks/new", form_on="/lectern-networks", cidr=typed)

    assert [network.cidr for network in stage.rows(screens.lectern_network)] == [listed]


@pytest.mark.parametrize(
    ("cidr", "advice"),
    [
        ("", "Type the network, such as"),
        ("building 4", "does not read as a network"),
        ("10.20.300.0/24", "does not read as a network"),
        ("0.0.0.0/0", "too wide"),
        ("::/0", "too wide"),
        ("10.0.0.0/4", "too wide"),
        ("::ffff:0.0.0.0/96", "too wide"),
        ("10.20.3.4/16", "The whole network is 10.20.0.0/16"),
        ("::ffff:10.20.3.4/112", "The whole network is 10.20.0.0/16"),
        ("127.0.0.0/8", "No lectern has an address in this network"),
        ("10.30.0.0/16", "listed already"),
        ("10.30.1.0/24", "10.30.0.0/16 is listed already, and takes this in"),
        ("::ffff:10.30.1.0/120", "10.30.0.0/16 is listed already, and takes this in"),
    ],
)
def test_a_network_that_can_not_be_listed_is_told_why(stage: Stage, ro: Browser, cidr: str, advice: str) -> None:
    stage.add("", screens.lectern_network, cidr="10.30.0.0/16", label="")
    answer = ro.send("/lectern-networks/new", form_on="/lectern-networks", cidr=cidr)
    assert answer.status_code == 422
    assert advice in answer.text
    assert len(stage.rows(screens.lectern_network)) == 1


READ = ("/rooms", "/rooms/new", "/rooms/1", "/rooms/1/edit", "/lectern-networks")
ON_ROOM = (
    "/rooms/1/archive",
    "/rooms/1/restore",
    "/rooms/1/screens/1/stop",
    "/rooms/1/keys/new",
    "/rooms/1/keys/1/revoke",
)
WRITE = (*ON_ROOM, "/lectern-networks/new", "/lectern-networks/1/remove")


@pytest.mark.parametrize("name", ["day", "mo", "nell"])
def test_any_other_role_finds_nothing(stage: Stage, desk: Desk, name: str) -> None:
    browser = desk.sign_in(name)
    assert {browser.get(path).status_code for path in READ} == {404}
    assert {browser.send(path, form_on="/").status_code for path in (*WRITE, "/rooms/new", "/rooms/1/edit")} == {404}
    assert acts(stage) == []


def test_a_stranger_is_turned_to_the_sign_in(stage: Stage, desk: Desk) -> None:
    stranger = desk.stranger()
    assert {stranger.get(path).location for path in READ} == {"/sign-in"}
    assert {stranger.send(path, form_on="/sign-in").location for path in WRITE} == {"/sign-in"}
    assert acts(stage) == []


@pytest.mark.parametrize("path", WRITE)
def test_get_changes_nothing(stage: Stage, ro: Browser, path: str) -> None:
    assert ro.get(path).status_code == 405
    assert acts(stage) == []


@pytest.mark.parametrize("path", ["/rooms/999", "/rooms/999/edit", "/rooms/99999999999999999999"])
def test_a_room_that_is_not_there_is_not_found(ro: Browser, path: str) -> None:
    assert ro.get(path).status_code == 404


def test_hostile_names_are_text_on_every_page(stage: Stage, ro: Browser) -> None:
    stage.change(board.room, stage.ids["4/4053"], name=HOSTILE, code=HOSTILE)
    stage.add("", screens.lectern_network, cidr="10.30.0.0/16", label=HOSTILE)
    assert "<img" not in make_key(stage, ro, HOSTILE).text
    for path in ("/rooms", page_of(stage), f"{page_of(stage)}/edit", "/lectern-networks"):
        assert "<img" not in ro.get(path).text


def test_no_page_about_rooms_has_personal_data(stage: Stage, ro: Browser) -> None:
    for path in ("/rooms", "/rooms/new", page_of(stage), f"{page_of(stage)}/edit", "/lectern-networks"):
        assert "No personal data on this page" in ro.get(path).text


def test_rooms_keys_and_networks_work_on_both_engines(any_stage: Stage, any_desk: Desk) -> None:
    ro = any_desk.sign_in("ro")
    add_screen(any_stage)
    see_screen(any_stage, "algorithms", seconds=5)
    assert make_key(any_stage, ro).status_code == 200
    assert "Shows COMP1201" in ro.get(page_of(any_stage)).text
    assert ro.send("/lectern-networks/new", form_on="/lectern-networks", cidr="10.1.0.0/16").status_code == 303
    assert ro.send("/rooms/new", code="9/9", name="").status_code == 303
    assert ro.send("/rooms/new", code="9/9", name="").status_code == 422
