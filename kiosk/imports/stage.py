"""The dry run: reads the files, and stages in short transactions what they would change. Changes nothing else."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.imports.files import FILES, USUAL, Limits, Source, kind_of, open_csv
from kiosk.imports.plan import Plan
from kiosk.imports.problems import Problem, Problems, Unreadable
from kiosk.store.doors.imports import reading, writing
from kiosk.store.transactions import DatabaseAway, transaction

AT_ONCE = 2_000
PAUSE_SECONDS = 0.02
"""Between two short transactions, so that check-ins and screens go on."""

STANDS_STILL_AFTER = timedelta(hours=1)
"""An import that is being read or applied for longer died with its program."""

UNENDED = ("reading", "ready", "applying")
"""The states of a batch that something may still become of."""

LIES_READY = timedelta(days=1)
"""How long a dry run waits for somebody to apply it: names are staged meanwhile."""


class _Overtaken(Exception):
    """Somebody dropped the batch while it was being read, and deletes what it staged."""


Report = Callable[[int, int], None]
Judge = Callable[[int, Problems], None]


def quiet(done: int, total: int) -> None:
    """Report to nobody."""


def lenient(batch_id: int, problems: Problems) -> None:
    """Have nothing against what is staged."""


def dry_run(
    session: Session,
    files: Mapping[str, BinaryIO],
    *,
    now: datetime,
    zone: ZoneInfo,
    staff_id: int | None = None,
    asked_by: str | None = None,
    batch_id: int | None = None,
    judge: Judge = lenient,
    limits: Limits = USUAL,
    report: Report = quiet,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Stage what the files would change; the batch's id. It is then "ready", or "refused" with its problems.
    Whoever drops it meanwhile has the last word.

    `files` maps each file's name to its bytes, seekable. `staff_id` and `asked_by` (their login) name
    the member of staff who asks; without them it is the command line, which alone may give roles.
    `batch_id` is one that `begin` made for them, and `judge` may add problems with what is staged
    before anybody can apply it.
    """
    _sweep(session, now, pause)
    batch_id = batch_id or begin(session, now, staff_id)
    plan = Plan(lambda kind: _held(session, kind), zone, now.astimezone(zone).date(), asked_by)
    try:
        with ExitStack() as opened:
            sources = _open(files, plan.problems, limits, opened)
            if not plan.problems:
                _read(session, batch_id, plan, sources, report, pause)
            if not plan.problems:
                judge(batch_id, plan.problems)
    except _Overtaken:
        return batch_id
    except BaseException:
        _drop(session, batch_id, now, "reading", "broken", pause)
        raise
    if plan.problems:
        _drop(session, batch_id, now, "reading", "refused", pause, plan)
    else:
        _note(session, batch_id, "reading", state="ready", summary=summary(plan))
    return batch_id


def _sweep(session: Session, now: datetime, pause: Callable[[float], None]) -> None:
    """Delete what imports left staged that died with their program, or that nobody has applied for a day."""
    for batch_id, state in _left_behind(session, now).items():
        _drop(session, batch_id, now, state, "broken", pause)


@transaction
def _left_behind(session: Session, now: datetime) -> Mapping[int, str]:
    return reading.left_behind(session, busy_since=now - STANDS_STILL_AFTER, ready_since=now - LIES_READY)


def drop(
    session: Session,
    batch_id: int,
    now: datetime,
    was: str = "ready",
    *,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Forget a dry run that nobody wants to apply; False when it is not any more as whoever asks saw it."""
    return was in UNENDED and _drop(session, batch_id, now, was, "dropped", pause)


def clear(session: Session, batch_id: int, pause: Callable[[float], None] = time.sleep) -> None:
    """Delete what was staged, a little at a time: it holds people's names."""
    below = AT_ONCE
    while _clear_some(session, batch_id, below):
        below += AT_ONCE
        pause(PAUSE_SECONDS)


def summary(plan: Plan) -> dict[str, Any]:
    """Counts, rooms and notices; nothing about a person."""
    return {
        "files": {name: asdict(counts) for name, counts in plan.counts.items()},
        "rooms_added": len(plan.rooms_added),
        "rooms": sorted(plan.rooms_added)[:50],
        "notices": plan.notices,
        "problems": plan.problems.count,
    }


def _open(files: Mapping[str, BinaryIO], problems: Problems, limits: Limits, opened: ExitStack) -> list[Source]:
    """The files in the order in which they must be read."""
    sources: dict[str, Source] = {}
    for name, raw in files.items():
        kind = kind_of(name)
        if kind is None:
            problems.add(
                Problem(name, f"is not one of the files Kiosk reads: {', '.join(f'{it}.csv' for it in FILES)}.")
            )
        elif kind in sources:
            problems.add(Problem(name, f"comes together with {sources[kind].name}: only one of each kind at a time."))
        else:
            try:
                sources[kind] = open_csv(name, raw, FILES[kind], limits)
                opened.callback(sources[kind].close)
            except Unreadable as found:
                problems.add(found.problem)
    return [sources[kind] for kind in FILES if kind in sources]


def _read(
    session: Session, batch_id: int, plan: Plan, sources: list[Source], report: Report, pause: Callable[[float], None]
) -> None:
    total = sum(source.lines for source in sources)
    done = place = 0
    waiting: list[reading.Staged] = []

    def put_down() -> None:
        nonlocal place, waiting
        if plan.problems:
            waiting = []  # nothing will be applied: read on for the other problems alone
        _put_down(session, batch_id, place, waiting, done, total)
        place, waiting = place + len(waiting), []
        report(done, total)
        pause(PAUSE_SECONDS)

    for source in sources:
        before = done
        try:
            for line, changes in plan.read(source):
                done = before + line
                waiting += changes
                if len(waiting) >= AT_ONCE or done % AT_ONCE == 0:
                    put_down()
        except Unreadable as found:
            plan.problems.add(found.problem)
        done = before + source.lines
    put_down()


@transaction
def begin(session: Session, now: datetime, staff_id: int | None) -> int:
    """Make a batch to read files into."""
    return writing.add_batch(session, now, staff_id)


@transaction
def _held(session: Session, kind: str) -> Mapping[reading.Key, list[reading.Held]]:
    return reading.held(session, kind)


@transaction
def _put_down(
    session: Session, batch_id: int, place: int, changes: list[reading.Staged], done: int, total: int
) -> None:
    # On PostgreSQL this holds the batch's row: whoever drops it waits, and then deletes these changes too.
    if not writing.note_batch(session, batch_id, ("reading",), lines_done=done, lines_total=total):
        raise _Overtaken
    if changes:
        writing.stage(session, batch_id, place, changes)


@transaction
def _note(session: Session, /, batch_id: int, was: str, **values: Any) -> bool:
    return writing.note_batch(session, batch_id, (was,), **values)


@transaction
def _clear_some(session: Session, batch_id: int, below: int) -> int:
    return writing.drop_staged(session, batch_id, below)


def _drop(
    session: Session,
    batch_id: int,
    now: datetime,
    was: str,
    state: str,
    pause: Callable[[float], None],
    plan: Plan | None = None,
) -> bool:
    """End a batch that will not be applied, and delete what it staged; False when somebody else was quicker.

    Then nothing is deleted either: it may be that they apply it.
    """
    session.rollback()
    said = {"summary": summary(plan), "problems": plan.problems.lines()} if plan else {}
    try:
        if not _note(session, batch_id, was, state=state, ended_at=now, **said):
            return False
        clear(session, batch_id, pause)
    except DatabaseAway:
        if state != "broken":
            raise  # else the first trouble is what is to be told; the next import deletes what stays behind
    return True
