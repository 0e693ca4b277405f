"""A term behind the students of the stage: sessions that are over, what the register says of them, and who set it."""

from datetime import datetime, timedelta
from typing import Any

from kiosk.store.tables import board, register
from tests.checkin.conftest import Phone
from tests.stage import Stage


def held(stage: Stage, name: str, *, days_ago: float = 7, **values: Any) -> int:
    """A session of Algorithms some days ago, at ten unless the days say otherwise."""
    return stage.add_lecture(name, starts_at=stage.start - timedelta(days=days_ago), **values)


def set_status(
    stage: Stage, lecture: str, status: str = "present", *, who: str = "ada", method: str = "qr", **change: Any
) -> datetime:
    """What the register says of a student at a session, with the change behind it: by themselves, five minutes in."""
    lecture_id, student_id = stage.ids[lecture], stage.ids[who]
    starts_at = next(it.starts_at for it in stage.rows(board.lecture, board.lecture.c.id == lecture_id))
    at: datetime = change.pop("set_at", starts_at + timedelta(minutes=5))
    key = {"lecture_id": lecture_id, "student_id": student_id}
    stage.add("", register.attendance, **key, status=status, method=method, arrived_at=starts_at + timedelta(minutes=5))
    stage.add("", register.attendance_change, **key, status=status, set_at=at, **{"set_by_role": "student", **change})
    return at


def term(stage: Stage, sessions: int) -> None:
    """So many sessions, one a day back from yesterday, and Ada at each of them."""
    for number in range(sessions):
        held(stage, f"session {number}", days_ago=number + 1)
        set_status(stage, f"session {number}")


def signed_in(phone: Phone, who: str = "ada") -> Phone:
    phone.sign_in(who)
    return phone
