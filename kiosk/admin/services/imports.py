"""Imports from the staff page: files are read and applied in the background, while everybody else goes on. Knows no request."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.admin.permissions import Staff
from kiosk.admin.services.access_log import Look, entry_of
from kiosk.domain.access_log import Act
from kiosk.domain.permissions import Permission
from kiosk.imports import page
from kiosk.imports.apply import Making
from kiosk.imports.stage import STANDS_STILL_AFTER
from kiosk.store.doors.admin import imports as door
from kiosk.store.doors.admin.imports import ImportBatch
from kiosk.web.errors import where
from kiosk.web.surroundings import Offload

log = logging.getLogger("kiosk")

THREAD = "kiosk import"
_BUSY = ("reading", "applying")

# One at a time: an import works hard for a minute, and the server has few threads for that.
_turn = threading.BoundedSemaphore(1)


class Begun(StrEnum):
    """Whether a batch is being applied now: not while another has its turn, nor when somebody has dealt with it."""

    YES = "yes"
    ANOTHER = "another"
    TOO_LATE = "too_late"


def list_batches(session: Session, staff: Staff) -> tuple[ImportBatch, ...]:
    """What somebody imported; everybody's, for whoever may import everything."""
    return door.batches(session, _asked_by(staff))


def find_batch(session: Session, staff: Staff, batch_id: int) -> ImportBatch | None:
    return door.batch(session, batch_id, _asked_by(staff))


def is_busy(batch: ImportBatch, now: datetime) -> bool:
    """Whether it is being read or applied; one that began an hour ago died with its server."""
    return batch.state in _BUSY and now - batch.asked_at < STANDS_STILL_AFTER


def start(
    session: Session,
    now: datetime,
    staff: Staff,
    files: Mapping[str, bytes],
    *,
    url: str,
    zone: ZoneInfo,
    offload: Offload,
) -> int | None:
    """Begin to read files; the batch's id, or None while another import has its turn."""
    if not _turn.acquire(blocking=False):
        return None
    try:
        scope = staff.scope(Permission.IMPORT_RUN)
        departments = None if scope.everywhere else scope.departments
        login = door.login_of(session, staff.id)
        session.rollback()  # no transaction stays open while the import's own engine writes
        batch_id = page.begin(url, now, staff.id)
    except BaseException:
        _turn.release()
        raise
    _in_background(offload, page.read, url, batch_id, files, now, zone, login, departments)
    return batch_id


def apply(
    session: Session, now: datetime, staff: Staff, batch: ImportBatch, *, url: str, making: Making, offload: Offload
) -> Begun:
    """Begin to apply a ready batch."""
    if not _turn.acquire(blocking=False):
        return Begun.ANOTHER
    try:
        session.rollback()
        is_ours = page.claim(url, batch.id)
    except BaseException:
        _turn.release()
        raise
    if not is_ours:
        _turn.release()
        return Begun.TOO_LATE
    look = Look(Permission.IMPORT_RUN, Act.CHANGE, "import", batch.id, "names, enrolments", outcome="changed")
    _in_background(offload, page.apply_claimed, url, batch.id, now, making, entry_of(now, staff, look))
    return Begun.YES


def drop(session: Session, now: datetime, batch: ImportBatch, *, url: str) -> bool:
    """Forget a batch that is ready, or that stands still; False when it is neither, or not any more."""
    if is_busy(batch, now):
        return False
    session.rollback()
    return page.drop(url, batch.id, now, batch.state)


def _in_background(offload: Offload, work: Callable[..., None], *args: Any) -> None:
    """Go on with `work` after the answer is sent: a thread (a greenlet, where threads are) that waits for a real one."""

    def run() -> None:
        try:
            offload(work, *args)
        except Exception as problem:  # the batch says "broken"; the log says where
            log.error("import: %s", where(problem))
        finally:
            _turn.release()

    threading.Thread(target=run, name=THREAD, daemon=True).start()


def _asked_by(staff: Staff) -> int | None:
    return None if staff.scope(Permission.IMPORT_RUN).everywhere else staff.id
