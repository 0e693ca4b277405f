"""Screens in any order of events: asked for, let in, refused, stopped, carried off, silent; each shows what the rules alone say."""

from collections import Counter
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.display import views
from kiosk.store.tables import screens, staff
from tests.stage import Stage
from tests.walls.screen_model import (
    CONTROLS,
    ELSEWHERE,
    LECTERN,
    LECTERNS,
    ROOMS,
    SHOWS,
    Knowledge,
    Letting,
    Sight,
    Ticket,
)
from tests.walls.theatre import Screen, Theatre, code_on, template_in

CAST = ("day", "eve", "mo", "ro", "nell", "stranger")
PLACES = ("4/4053", "58/1065")
MODULES = ("COMP1201", "HIST2002")
NEVER_ASKED = {"answer": "expired", "seconds": 2, "slow_down": False}

WHOEVER_MAY = ("",) * 2 * len(CAST)

screen_number = st.integers(0, 1)
lecture_number = st.integers(0, 2)
mostly = st.sampled_from((True, True, False))
place = st.sampled_from(("", "", *PLACES))
somebody = st.sampled_from((*WHOEVER_MAY, *CAST))
is_there = precondition(lambda self: not self.theatre.is_away)


class Screens(RuleBasedStateMachine):
    """Two screens, the cast, a timetable and a clock."""

    def __init__(self, template: Stage, folder: Path) -> None:
        super().__init__()
        self.theatre = Theatre(template, folder)
        self.clock = self.theatre.stage.clock
        self.screens = [self.theatre.screen(LECTERN, has_script=it) for it in (True, False)]
        taught = zip(("algorithms", "silk"), MODULES, PLACES, strict=True)
        self.known = Knowledge([self.theatre.teaching(*it) for it in taught])
        self.lettings: list[Letting] = []
        self.key, self.starts = self.theatre.first_key(), 0

    def teardown(self) -> None:
        self.theatre.close()

    # A screen asks -----------------------------------------------------------------------------

    @is_there
    @rule(which=screen_number)
    def ask(self, which: int) -> None:
        screen = self.screens[which]
        asked = screen.ticket.asked
        assert screen.send("/pairing").status_code == 303
        if asked is None or not asked.is_waiting(self.clock()):
            screen.bring(asked=self.theatre.asked_by(screen), key=None, start=0)

    @is_there
    @rule(which=screen_number, times=st.sampled_from([1, 2, 16]), pause=st.sampled_from([0, 1, 2, 30]), ask=mostly)
    def poll(self, which: int, times: int, pause: int, *, ask: bool) -> None:
        if ask:
            self.ask(which)
        asked = self.screens[which].ticket.asked
        for _ in range(times):
            self.clock.go_on(seconds=pause)
            before = asked.seconds if asked else 2
            said = self.screens[which].send("/pairing/poll").json
            assert said == (asked.poll(self.clock()) if asked else NEVER_ASKED)
            assert before <= said["seconds"] <= 60

    # Staff answer ------------------------------------------------------------------------------

    @initialize(room=place)
    def begin(self, room: str) -> None:
        self.let_in(0, "", 0, room, right=True, again=False)

    @is_there
    @rule(which=screen_number, who=somebody, lecture=lecture_number, room=place, right=mostly, again=st.booleans())
    def let_in(self, which: int, who: str, lecture: int, room: str, *, right: bool, again: bool) -> None:
        """A screen that asks is answered at once; somebody who may has a second go, or taps twice."""
        self.ask(which)
        self.answer(which, who, lecture, room, right=right)
        if again:
            self.answer(which, "", lecture, room, right=True)

    @is_there
    @rule(which=screen_number, who=somebody, lecture=lecture_number, room=place, right=mostly)
    def answer(self, which: int, who: str, lecture: int, room: str, *, right: bool) -> None:
        asked, now = self.screens[which].ticket.asked, self.clock()
        if asked is None:
            return
        teaching = None if room else self.known.lecture(lecture)
        who = who or min(SHOWS[teaching.module] if teaching else ROOMS)
        place = {"place": f"lecture-{teaching.id}"} if teaching else {"place": "room", "room": self.theatre.room(room)}
        number = asked.number if right else 10 + (asked.number + lecture) % 90
        expected = asked.answer_to(who, teaching, now, right=right)
        assert self.theatre.act(who, f"/pair/{asked.code}", number=number, **place).status_code == expected
        asked.is_refused |= expected == 200
        if expected == 303 and who != "stranger":
            asked.letting = Letting(self.theatre.stage.rows(screens.screen)[-1].id, now, teaching, room)
            self.lettings.append(asked.letting)

    # Staff stop --------------------------------------------------------------------------------

    @is_there
    @rule(which=screen_number, who=somebody, lecture=lecture_number, stop=mostly)
    def stop_for_a_lecture(self, which: int, who: str, lecture: int, *, stop: bool) -> None:
        for letting in self.lettings_of(which):
            teaching = letting.last_seen_with() or self.known.lecture(lecture)
            path = f"/lectures/{teaching.id}/screens/{'stop' if stop else 'resume'}"
            if self.does(who, CONTROLS[teaching.module], path, screen=f"s{letting.screen_id}"):
                (letting.stop if stop else letting.resume)(teaching)

    @is_there
    @rule(which=screen_number, who=somebody)
    def stop_for_good(self, which: int, who: str) -> None:
        for letting in self.lettings_of(which):
            if letting.room:
                path = f"/rooms/{self.theatre.room(letting.room)}/screens/{letting.screen_id}/stop"
                letting.revoked |= self.does(who, ROOMS, path)

    def lettings_of(self, which: int) -> list[Letting]:
        asked = self.screens[which].ticket.asked
        return [asked.letting] if asked and asked.letting else []

    def does(self, who: str, these: set[str], path: str, **fields: str) -> bool:
        """Whether somebody is one of these, and has done it; for anybody else there is nothing there."""
        who = who or min(these)
        said = self.theatre.act(who, path, **fields)
        assert said.status_code == (303 if who in (*these, "stranger") else 404)
        return who in these

    # Room keys ---------------------------------------------------------------------------------

    @is_there
    @rule(which=screen_number, address=st.sampled_from([LECTERN, LECTERN, ELSEWHERE]), start=mostly)
    def carry(self, which: int, address: str, *, start: bool) -> None:
        """To a lectern or elsewhere, and there its start page opens with the key."""
        screen = self.screens[which]
        screen.move(address)
        if not start:
            return
        is_good = self.known.lecterns_listed and address == LECTERN
        assert screen.browser.get(f"/room/{self.key.secret}").status_code == (303 if is_good else 404)
        if is_good and screen.ticket.key is not self.key:
            self.starts += 1
            screen.bring(key=self.key, start=self.starts)

    @is_there
    @rule(revoke=st.booleans())
    def spoil_the_key(self, *, revoke: bool) -> None:
        """Revoke it and make another, or take the lecterns off the list, or put them back."""
        stage = self.theatre.stage
        if revoke:
            assert self.does("", ROOMS, f"/rooms/{self.theatre.room(self.key.room)}/keys/{self.key.id}/revoke")
            self.key.revoked = True
            self.key = self.theatre.make_key(self.key.room)
        elif self.known.lecterns_listed:
            assert self.does("", ROOMS, f"/lectern-networks/{stage.rows(screens.lectern_network)[0].id}/remove")
            self.known.lecterns_listed = False
        else:
            assert self.does("", ROOMS, "/lectern-networks/new", cidr=LECTERNS, label="")
            self.known.lecterns_listed = True

    # Time, and what it brings ------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 2, 9, 60, 120, 121, 300, 600, 900]))
    def time_goes_on(self, seconds: int) -> None:
        self.clock.go_on(seconds=seconds)

    @is_there
    @rule(days=st.sampled_from([0, 0, 1, 29, 30, 31]), minutes=st.sampled_from([2, 2, 60]))
    def sessions_begin(self, days: int, minutes: int) -> None:
        """An hour or many days later there is teaching in both rooms again."""
        self.clock.go_on(days=days) if days else self.clock.go_on(hours=1)
        for module, room in zip(MODULES, PLACES, strict=True):
            if not self.known.is_taught_in(room, self.clock()):
                self.known.timetable.append(self.theatre.teach(module, room, minutes))

    @rule(which=screen_number, on=mostly)
    def turn(self, which: int, *, on: bool) -> None:
        self.screens[which].is_on = on
        if not on:
            self.screens[which].unplug()

    @rule()
    def the_database_goes_or_returns(self) -> None:
        self.theatre.lose_or_find_database()

    @precondition(lambda self: self.theatre.is_away)
    @rule(which=screen_number, path=st.sampled_from(["/pairing", "/pairing/poll"]))
    def ask_in_vain(self, which: int, path: str) -> None:
        assert self.screens[which].send(path).status_code == 503

    # What holds after each ---------------------------------------------------------------------

    def sight(self, ticket: Ticket) -> Sight | None:
        return self.known.sight(ticket, self.clock(), is_away=self.theatre.is_away)

    @invariant()
    def every_screen_shows_what_it_may(self) -> None:
        self.theatre.read()
        if not self.theatre.is_away:
            self.known.refresh(self.clock(), [it.plugged for it in self.screens if it.socket])
        for screen in self.screens:
            self.hear(screen)
            if screen.is_on:
                self.look(screen)
        if not self.theatre.is_away:
            self.theatre.write()
            for letting in self.lettings:
                letting.write(self.clock())

    def hear(self, screen: Screen) -> None:
        """The socket of a page that is open, which keeps to what it brought along when it was opened."""
        if screen.socket is None:
            return
        sight = self.sight(screen.plugged)
        assert screen.socket.is_connected() == bool(sight or self.theatre.is_away)
        if screen.socket.is_connected():
            frame = self.theatre.frame(screen)
            assert (frame["digits"], bool(frame["symbol"])) == self.code(sight)
        else:
            screen.unplug()

    def look(self, screen: Screen) -> None:
        """A page is opened anew; where script runs, it opens its socket, unless another page has."""
        sight, answer = self.sight(screen.ticket), screen.browser.get("/")
        assert code_on(answer.text) == self.code(sight)[0]
        assert answer.status_code == (503 if self.theatre.is_away and not sight else 200)
        if not self.theatre.is_away:
            self.known.see(screen.ticket, self.clock())
        if screen.has_script and not screen.socket:
            screen.plug_in()
            assert screen.socket.is_connected() == bool(sight)
            if not sight:
                screen.unplug()

    def code(self, sight: Sight | None) -> tuple[str, bool]:
        if sight:
            sight.note(self.clock())
        teaching = sight.code(self.clock()) if sight else None
        return (self.theatre.stage.digits(teaching.name), True) if teaching else ("", False)

    @is_there
    @invariant()
    def what_is_written_is_sound(self) -> None:
        stage = self.theatre.stage
        asked = stage.rows(screens.pairing)
        answers = {it.secret_hash: (it.answered_at is not None, it.refused_at is not None) for it in asked}
        let_in = Counter(it.secret_hash for it in stage.rows(screens.screen))
        assert (True, True) not in answers.values()
        assert let_in == Counter(secret for secret, it in answers.items() if it == (True, False))
        waiting = [it.spoken_code for it in asked if not any(answers[it.secret_hash])]
        assert len(set(waiting)) == len(waiting)
        approvals = stage.rows(staff.journal, staff.journal.c.act == "screen approved")
        assert sorted(it.thing_id for it in approvals) == sorted(it.id for it in stage.rows(screens.screen))


def test_every_screen_shows_what_it_may_whatever_happens(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every draw begins with the same letters, so that each pairing after the first must draw again.
    alike = SimpleNamespace(token_urlsafe=views.secrets.token_urlsafe, SystemRandom=lambda: Random(7))
    monkeypatch.setattr(views, "secrets", alike)
    template = template_in(tmp_path, migrated_file)
    run_state_machine_as_test(
        lambda: Screens(template, tmp_path / "theatre"),
        settings=settings(
            max_examples=70,
            stateful_step_count=24,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
