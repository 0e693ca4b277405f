"""Rooms, their screens and keys, networks of lecterns, and approving a screen."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.store.tables import board, screens, staff
from tests.admin.conftest import Desk
from tests.admin.states.state import State, after, press
from tests.admin.test_pairing import lecture
from tests.admin.test_rooms import add_screen, make_key, page_of, see_screen


def rooms(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, ro = desk.stage, desk.sign_in("ro")
    path, was = page_of(stage), {"was_code": "4/4053", "was_name": "Lecture Theatre A"}
    yield "none is called that", ro.get("/rooms?search=zzz")
    yield "found by a word", ro.get("/rooms?search=Theatre")
    yield "none is archived", ro.get("/rooms?archived=1")
    for name, code in (("no code", ""), ("this code is taken", "58/1065")):
        yield f"new, {name}", ro.send("/rooms/new", code=code, name="")
        yield f"changed, {name}", ro.send(f"{path}/edit", code=code, name="", **was)
    yield "too long", ro.send("/rooms/new", code="x" * 50, name="x" * 200)
    yield "made", press(ro, "/rooms/new", code="9/9001", name="")
    yield "changed", press(ro, f"{path}/edit", code="4/4053", name="Theatre B", **was)
    yield "changed by a colleague meanwhile", ro.send(f"{path}/edit", code="4/4054", name="Mine", **was)
    yield "no such room", ro.send("/rooms/99/edit", "/rooms", code="9", name="", **was)
    yield "no such room to see", ro.get("/rooms/99")
    for what in ("archive", "keys/new"):
        yield f"{what}: no such room", ro.send(f"/rooms/99/{what}", "/rooms", label="Lectern")
    made = f"/rooms/{stage.rows(board.room)[-1].id}"
    press(ro, f"{made}/archive")
    yield "an archived one, with no session to come", ro.get(made)
    stage.add_lecture("tomorrow", starts_at=stage.start + timedelta(days=1))
    yield "one session to come", ro.get(path)
    for how in ("archive", "restore", "archive"):
        yield f"{how}d", press(ro, f"{path}/{how}")
    yield "an archived one", ro.get(path)
    yield "archived meanwhile", ro.send(f"{path}/edit", "/rooms", code="4/4053", name="Mine", **was)
    yield "no form for an archived one", after(ro, ro.get(f"{path}/edit"))
    stage.add_lecture("day after", starts_at=stage.start + timedelta(days=2))
    yield "an archived one, with sessions to come", ro.get(path)
    yield "archived ones", ro.get("/rooms?archived=1")
    yield "archived ones, found by a word", ro.get("/rooms?archived=1&search=Theatre")
    yield "no archived one is called that", ro.get("/rooms?archived=1&search=zzz")
    ro.send(f"{path}/restore", "/rooms")
    monkeypatch.setattr("kiosk.admin.views.rooms.SHOWN_ROWS", 1)
    yield "more than are shown", ro.get("/rooms")
    stage.change(board.room, stage.ids["4/4053"], archived_at=stage.clock())
    stage.change(board.room, stage.ids["58/1065"], archived_at=stage.clock())
    stage.change(board.room, stage.rows(board.room)[-1].id, archived_at=stage.clock())
    yield "none in use", ro.get("/rooms")


def screens_and_keys(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, ro = desk.stage, desk.sign_in("ro")
    path = page_of(stage)
    first = add_screen(stage)
    yield "a screen that nobody saw", ro.get(path)
    see_screen(stage, "algorithms", seconds=1)
    yield "it shows a session", ro.get(path)
    with stage.database.owner.begin() as connection:
        connection.execute(update(screens.sighting).values(lecture_id=None))
    yield "it shows the room and the clock", ro.get(path)
    yield "rooms, one with a screen", ro.get("/rooms")
    stage.clock.go_on(minutes=5)
    yield "it was seen a while ago", ro.get(path)
    add_screen(stage, "second")
    yield "rooms, one with two screens that are not on", ro.get("/rooms")
    yield "a key needs a name", make_key(stage, ro, "")
    yield "a key, to copy now", make_key(stage, ro)
    yield "a room with a key", ro.get(path)
    key = stage.rows(screens.room_key)[-1].id
    yield "rooms, one with a key and a screen that is not on", ro.get("/rooms")
    stage.add("", screens.sighting, screen_ref=f"k{key}-2", room_key_id=key, seen_at=stage.clock() - timedelta(hours=2))
    yield "a key that was used a while ago", ro.get(path)
    yield "stopped", press(ro, f"{path}/screens/{first}/stop")
    lapsed = stage.clock() - timedelta(days=40)
    add_screen(stage, "forgotten", approved_at=lapsed)
    yield "rooms, one with a key and no screen", ro.get("/rooms")
    for lectern in (3, 4):
        stage.add("", screens.sighting, screen_ref=f"k{key}-{lectern}", room_key_id=key, seen_at=stage.clock())
        yield f"{lectern - 2} started by a key", ro.get(path)
    yield "a screen that lapsed, and one that a key started", ro.get(path)
    yield "rooms with keys", ro.get("/rooms")
    yield "stopped before", press(ro, f"{path}/screens/{first}/stop")
    yield "no such screen", ro.send(f"{path}/screens/99/stop", "/rooms")
    yield "revoked", press(ro, f"{path}/keys/{key}/revoke")
    yield "revoked before", press(ro, f"{path}/keys/{key}/revoke")
    yield "no such key", ro.send(f"{path}/keys/99/revoke", "/rooms")


def networks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    ro, new = desk.sign_in("ro"), "/lectern-networks/new"
    yield "none", ro.get("/lectern-networks")
    yield "no network", ro.send(new, "/lectern-networks", cidr="here", label="x" * 100)
    yield "added", press(ro, new, "/lectern-networks", cidr="10.99.0.0/16", label="Library")
    yield "listed already", ro.send(new, "/lectern-networks", cidr="10.99.0.0/16", label="")
    yield "within another", ro.send(new, "/lectern-networks", cidr="10.99.1.0/24", label="")
    yield "removed", press(ro, "/lectern-networks/1/remove", "/lectern-networks")
    yield "removed before", ro.send("/lectern-networks/1/remove", "/lectern-networks")


def days_of(desk: Desk) -> dict[str, object]:
    return {"from_on": desk.stage.start.date(), "until_on": desk.stage.start.date() + timedelta(days=9)}


def pairing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    stage, day, ro = desk.stage, desk.sign_in("day"), desk.sign_in("ro")
    room, screen = stage.ids["4/4053"], "/pair/BCDFGHJK"
    yield "no code", day.send("/pair", code="12")
    yield "no screen has this code", day.get("/pair/ZZZZZZZZ")
    desk.add_pairing()
    stranger = desk.stranger()
    yield "scanned before signing in", after(stranger, stranger.get(screen))
    yield "signed in for the screen that was scanned", after(stranger, stage.enter(stranger, "day", enrolled=False))
    yield "the screen waits", stranger.get("/")
    yield "no place chosen", day.send(screen, number=47)
    yield "to choose", day.get(screen)
    stage.add_lecture("twin", rooms=())
    yield "two begin together", day.get(screen)
    yield "refused, since the number was another", day.send(screen, place=lecture(desk), number=11)
    yield "this code was used", day.get(screen)
    yield "used while somebody chose", day.send(screen, "/pair", place=lecture(desk), number=47)
    desk.add_pairing("CCCCCCCC")
    yield "paired with a session", press(day, "/pair/CCCCCCCC", place=lecture(desk), number=47)
    desk.add_pairing("DDDDDDDD")
    yield "for one room", ro.get(f"/pair?room={room}")
    stage.add("", staff.role_grant, staff_id=stage.ids["day"], role="room_admin", scope_kind="all", **days_of(desk))
    yield "a session or a room", desk.sign_in("day").get("/pair/DDDDDDDD")
    yield "no number", ro.send("/pair/DDDDDDDD", place="room", room=room, number="x")
    yield "a room is chosen", ro.get("/pair/DDDDDDDD")
    yield "a screen of the room was refused", ro.send("/pair/DDDDDDDD", place="room", room=room, number=11)
    desk.add_pairing("FFFFFFFF")
    yield "paired with a room", press(ro, "/pair/FFFFFFFF", place="room", room=room, number=47)
    yield "no room chosen", ro.send("/pair/FFFFFFFF", "/pair", place="room", room="", number=47)
    desk.add_pairing("GGGGGGGG")
    yield "a session for the screen that waits", day.get("/lectures/new?pair=GGGGGGGG")
    late = desk.stranger()
    after(late, late.get("/pair/GGGGGGGG"))
    stage.clock.go_on(minutes=11)
    yield "this code is too old", day.get("/pair/GGGGGGGG")
    yield "too old while somebody chose", day.send("/pair/GGGGGGGG", "/pair", place=lecture(desk), number=47)
    yield "unknown while somebody chose", day.send("/pair/ZZZZZZZZ", "/pair", place=lecture(desk), number=47)
    yield "signed in, and the screen waits no more", after(late, stage.enter(late, "day", enrolled=False))
    stage.clock.set(13, 0)
    desk.add_pairing("HHHHHHHH")
    yield "no session to show", desk.sign_in("eve").get("/pair/HHHHHHHH")
