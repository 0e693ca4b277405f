"""Applies a staged batch: everything is made ready first, then written in one short transaction, all or nothing."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.domain.access_log import Entry
from kiosk.domain.arrivals import Present, judge, status_of
from kiosk.imports.making import CHANGED, Maker, Making, NotApplied
from kiosk.imports.stage import clear
from kiosk.imports.writes import Writes
from kiosk.store import excuses
from kiosk.store.doors import powers
from kiosk.store.doors.access_log import append
from kiosk.store.doors.board import lecture_by_id
from kiosk.store.doors.imports import reading, writing
from kiosk.store.doors.imports.reading import Staged
from kiosk.store.transactions import transaction

__all__ = ["Making", "NotApplied", "apply"]

TRIES = 3


class _Overtaken(Exception):
    """Another import was applied since this one was made ready, or somebody was given a role that it has to look at."""


def apply(
    session: Session,
    batch_id: int,
    *,
    now: datetime,
    making: Making,
    entry: Entry | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Make a ready batch so.

    `entry` is what the access log says of it, without the students: they are added. None is for the command line, which
    is no member of staff's look.

    Raises:
        NotApplied: it is not ready, or Kiosk has changed since the dry run; nothing was changed.
        DatabaseAway: the same, because the database did not answer.
    """
    for tries_left in reversed(range(TRIES)):
        writes = _prepare(session, batch_id, now, making)
        try:
            _write(session, batch_id, writes, now, making, entry)
            break
        except (IntegrityError, _Overtaken):
            # Somebody added the same thing, or took an id, since it was read: look again, and say so if it is the first.
            if not tries_left:
                raise NotApplied(CHANGED.format("Somebody else is adding the same things just now.")) from None
    clear(session, batch_id, pause)


@transaction
def _prepare(session: Session, batch_id: int, now: datetime, making: Making) -> Writes:
    """Read and reckon; writes nothing, however long it takes."""
    batch = reading.batch_by_id(session, batch_id)
    if batch is None or batch.state not in reading.APPLICABLE:
        raise NotApplied("This import is not ready to be applied: it was refused, dropped or applied already.")
    applied_before = reading.applied_batches(session)
    changes: dict[str, list[Staged]] = defaultdict(list)
    for change in reading.staged(session, batch_id):
        changes[change.kind].append(change)
    writes = Maker(session, now, making, changes).make()
    writes.applied_before = applied_before
    return writes


@transaction
def _write(session: Session, batch_id: int, writes: Writes, now: datetime, making: Making, entry: Entry | None) -> None:
    _claim(session, batch_id, writes, now)
    today = now.astimezone(making.zone).date()
    powerful = powers.held(session, today)
    for table, rows in writes.deletes.items():
        writing.delete_rows(session, table, rows)
    for table in ("module", "room", "student", "staff", "lecture"):
        writing.insert_rows(session, table, writes.inserts[table])
    by_table: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = defaultdict(list)
    for table, where, values in writes.updates:
        by_table[table].append((where, values))
    for table, pairs in by_table.items():
        if writing.update_rows(session, table, pairs) != len(pairs):
            raise NotApplied(CHANGED.format("Somebody else has changed some of the same things."))
    for table in ("lecture_module", "lecture_room", "enrolment", "teaching", "tutee", "role_grant"):
        writing.insert_rows(session, table, writes.inserts[table])
    powers.follow(session, now, today, powerful)
    _settle_walk_ins(session, writes, now, making)
    lectures = _lectures_of(writes) | excuses.lectures_concerned(session, writes.enrolled)
    excuses.settle(session, lectures, now, making.zone, excuses.By("import"))
    concerned = frozenset(_students_of(writes))
    if entry is not None and concerned:
        append(session, replace(entry, subjects=concerned))
    batch = reading.batch_by_id(session, batch_id)
    writing.insert_rows(session, "journal", [_entry(batch, now)] if batch else [])


def _claim(session: Session, batch_id: int, writes: Writes, now: datetime) -> None:
    """Take the batch, and see that whatever it was made ready from is as it was."""
    # The first statement writes, so that SQLite's lock is held from here on and nothing read before it is trusted.
    if not writing.claim_batch(session, batch_id, now):
        raise NotApplied("This import has just been applied or dropped by somebody else.")
    if reading.applied_batches(session) != writes.applied_before + 1:
        raise _Overtaken
    if writes.roles_seen is not None:
        powers.take_roles_turn(session)
        if reading.held(session, "roles") != writes.roles_seen:
            raise _Overtaken


def _students_of(writes: Writes) -> Iterator[int]:
    """The ids of the students who are added or changed, or whose enrolments or tutors are."""
    yield from (int(row["id"]) for row in writes.inserts["student"])
    yield from (int(where["id"]) for table, where, _ in writes.updates if table == "student")
    yield from (student_id for student_id, _ in writes.enrolled)
    yield from writes.tutored


def _lectures_of(writes: Writes) -> set[int]:
    """The ids of the lectures that are added or changed."""
    changed = {int(where["id"]) for table, where, _ in writes.updates if table == "lecture"}
    return (
        changed
        | {int(row["id"]) for row in writes.inserts["lecture"]}
        | {
            int(row["lecture_id"])
            for row in (*writes.inserts["lecture_module"], *writes.deletes.get("lecture_module", ()))
        }
    )


def _settle_walk_ins(session: Session, writes: Writes, now: datetime, making: Making) -> None:
    """Whoever came before the enrolment did is no stranger any more (decision 8): they are in the register from then on."""
    if not writes.enrolled:
        return
    settled: dict[int, reading.WalkIn] = {}
    for came, module_id in reading.open_walk_ins(session):
        dates = writes.enrolled.get((came.student_id, module_id))
        day = came.starts_at.astimezone(making.zone).date()
        if dates and (dates[0] or day) <= day <= (dates[1] or day):
            settled[came.id] = came
    for came in settled.values():
        lecture = lecture_by_id(session, came.lecture_id, making.windows)
        arrival = lecture and judge(lecture, came.arrived_at, enrolled=True)
        if lecture and isinstance(arrival, Present):
            writing.take_in(session, came, status_of(lecture, arrival), now)
    writing.update_rows(session, "walk_in", [({"id": it}, {"settled_at": now}) for it in sorted(settled)])


def _entry(batch: reading.Batch, now: datetime) -> Mapping[str, Any]:
    return {
        "at": now, "staff_id": batch.staff_id, "role": "import", "act": "import:apply",
        "thing": "import_batch", "thing_id": batch.id, "before": {}, "after": batch.summary.get("files", {}),
    }  # fmt: skip
