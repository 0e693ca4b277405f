"""What is on now, kept in memory for seconds, and the codes that belong to it. Knows no student."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.domain.codes import (
    CLOCKS_APART,
    CodePolicy,
    LectureKey,
    accepted_digits_step,
    accepted_qr_step,
    last_shown,
    lecture_key,
    qr_code,
    step_at,
)
from kiosk.domain.lectures import Lecture
from kiosk.store.transactions import DatabaseAway

FRESH = timedelta(seconds=2)
USABLE = timedelta(minutes=2)


@dataclass(frozen=True)
class Seen:
    """A code that was on a screen: whose, in which step, and when it was last to be seen there."""

    lecture: Lecture
    step: int
    shown_at: datetime

    def scanned_at(self, now: datetime) -> datetime:
        """The instant that a scan counts for. At the edges of the window a screen's clock may be ahead of ours, or behind."""
        lecture = self.lecture
        if now < lecture.opens_at <= now + CLOCKS_APART:
            return lecture.opens_at
        is_just_closed = self.shown_at < lecture.closes_at <= now < lecture.closes_at + CLOCKS_APART
        return self.shown_at if is_just_closed else now


@dataclass(frozen=True)
class Board:
    """The lectures near an instant, the keys of their codes, and by step the codes made from them so far."""

    read_at: datetime
    lectures: Mapping[int, Lecture]
    keys: Mapping[int, LectureKey] = field(repr=False)
    scannable: dict[int, dict[str, int]] = field(repr=False)
    of_module: Mapping[int, Sequence[Lecture]] = field(repr=False)

    def of_modules(self, module_ids: Iterable[int]) -> list[Lecture]:
        """The lectures of some modules, each once, in the order of the board."""
        found = {it.id: it for module_id in set(module_ids) for it in self.of_module.get(module_id, ())}
        return sorted(found.values(), key=lambda it: (it.starts_at, it.id))

    def find_scanned(self, code: str, now: datetime, policy: CodePolicy) -> Seen | None:
        """The lecture whose screen shows this code now or did a moment ago."""
        for lecture_id in self._candidates(code, now, policy):
            lecture = self.lectures[lecture_id]
            step = accepted_qr_step(self.keys[lecture_id], code, now, policy, lecture.holds)
            if step is not None:
                return _seen(lecture, step, now, policy.qr_step_seconds)
        return None

    def find_old_scan(self, code: str, among: Iterable[Lecture], at: datetime, policy: CodePolicy) -> Seen | None:
        """Which of a few lectures' screens showed this code as long ago as the policy allows; no table is made for it."""
        for lecture in among:
            if lecture.id not in self.keys:
                continue
            step = accepted_qr_step(self.keys[lecture.id], code, at, policy, lecture.holds)
            if step is not None:
                return _seen(lecture, step, at, policy.qr_step_seconds)
        return None

    def _candidates(self, code: str, now: datetime, policy: CodePolicy) -> Iterable[int]:
        """Looked up, since a thousand lectures' codes would have to be made for each scan; the comparison comes after."""
        newest, current = (step_at(it, policy.qr_step_seconds) for it in (now + CLOCKS_APART, now))
        if len(self.scannable) > 2 * policy.qr_steps_back + 8:
            self.scannable.clear()
        for step in range(newest, current - policy.qr_steps_back - 1, -1):
            if step not in self.scannable:
                self.scannable[step] = {qr_code(key, step): lecture_id for lecture_id, key in self.keys.items()}
            if code in self.scannable[step]:
                yield self.scannable[step][code]
        # A held code is older than any step of the table.
        yield from (lecture_id for lecture_id in self.keys if self.lectures[lecture_id].holds)

    def find_typed(self, digits: str, among: Iterable[Lecture], now: datetime, policy: CodePolicy) -> list[Seen]:
        """Which of these lectures' screens show these digits, or did lately."""
        found = []
        for lecture in among:
            if lecture.id not in self.keys:
                continue
            step = accepted_digits_step(self.keys[lecture.id], digits, now, policy, lecture.holds)
            if step is not None:
                found.append(_seen(lecture, step, now, policy.digits_step_seconds))
        return found


def _seen(lecture: Lecture, step: int, now: datetime, step_seconds: int) -> Seen:
    shown_at = last_shown(step, now, step_seconds, closes_at=lecture.closes_at, holds=lecture.holds)
    return Seen(lecture, step, shown_at)


def _is_read_within(age: timedelta, board: Board, now: datetime) -> bool:
    return timedelta(0) <= now - board.read_at < age


class BoardMemory:
    """The board as last read: read anew when older than seconds, and good for minutes while the database is away."""

    def __init__(self, masters: Mapping[str, bytes], read: Callable[[datetime], Sequence[Lecture]]) -> None:
        self._masters = masters
        self._read = read
        self._board: Board | None = None
        self._turn = threading.Lock()

    def at(self, now: datetime) -> Board:
        """The board at an instant. A hall that scans at once asks once; meanwhile others take the last board, or wait for a first.

        Raises:
            DatabaseAway: it can't be read, and what was read last is too old.
        """
        board = self._board
        if board and (
            _is_read_within(FRESH, board, now) or (self._turn.locked() and _is_read_within(USABLE, board, now))
        ):
            return board
        with self._turn:
            board = self._board
            if board and _is_read_within(FRESH, board, now):
                return board
            try:
                board = self._board = self._board_of(self._read(now), now)
            except DatabaseAway:
                if board is None or not _is_read_within(USABLE, board, now):
                    raise
            return board

    def _board_of(self, lectures: Sequence[Lecture], now: datetime) -> Board:
        before = self._board
        known = before.keys if before else {}
        keys = {}
        for lecture in lectures:
            made_from = before.lectures[lecture.id] if before and lecture.id in known else None
            if made_from and (made_from.kid, made_from.salt) == (lecture.kid, lecture.salt):
                keys[lecture.id] = known[lecture.id]
            elif lecture.kid in self._masters:
                keys[lecture.id] = lecture_key(self._masters[lecture.kid], lecture.id, lecture.salt)
        scannable = before.scannable if before and before.keys == keys else {}
        of_module = defaultdict[int, list[Lecture]](list)
        for lecture in lectures:
            for module in lecture.modules:
                of_module[module.id].append(lecture)
        return Board(now, {lecture.id: lecture for lecture in lectures}, keys, scannable, of_module)
