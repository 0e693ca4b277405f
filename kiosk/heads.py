"""The access log's heads in a file outside the database: lines are added, none is changed. Knows no database.

A line is the day, the entry's id and its hash. The file is opened for appending alone, so it may carry
the file system's own append-only mark, or lie on another machine's disk.
"""

import fcntl
import os
from datetime import date
from pathlib import Path

from kiosk.domain.access_log import Head

_TAIL = 400


class UnreadableHeads(Exception):
    """A line of the file is no head: which one is said."""


def lodge(path: Path, head: Head) -> bool:
    """Add a head, unless it or a later one is there; many processes may try at once, and one of them does.

    Raises:
        OSError: the file can't be written.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        tail = os.pread(handle, _TAIL, max(0, size - _TAIL)).decode("ascii", "replace")
        if _last_id(tail) >= head.id:
            return False
        # A line that a power cut left unfinished stays, and is found; ours begins on a line of its own.
        start = "" if not tail or tail.endswith("\n") else "\n"
        os.write(handle, f"{start}{_line(head)}".encode("ascii"))
        os.fsync(handle)
        return True
    finally:
        os.close(handle)


def lodged(path: Path) -> list[Head]:
    """Every head in the file, in its order; none when there is no file.

    Raises:
        UnreadableHeads: a line is no head.
        OSError: the file is there and can't be read.
    """
    if not path.exists():
        return []
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return [_head(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _line(head: Head) -> str:
    return f"{head.day.isoformat()} {head.id} {head.hash}\n"


def _head(line: str, number: int) -> Head:
    parts = line.split()
    try:
        day, entry_id, digest = parts
        return Head(int(entry_id), digest, date.fromisoformat(day))
    except ValueError:
        raise UnreadableHeads(f"line {number} is no head of the log") from None


def _last_id(tail: str) -> int:
    """The id in the last whole line; 0 when there is none."""
    for line in reversed(tail.splitlines()):
        try:
            return _head(line, 0).id
        except UnreadableHeads:
            continue
    return 0
