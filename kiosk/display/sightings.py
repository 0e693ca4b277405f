"""Which screens were on and which lectures' codes they showed, in memory until it is written down. Knows no socket."""

from datetime import datetime, timedelta

from kiosk.breath import Breathe, hold_breath
from kiosk.display import service
from kiosk.display.service import Viewer
from kiosk.store.database import db
from kiosk.store.doors.display import Sighting

INTERVAL = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(minutes=2)
AT_ONCE = 200


class Sightings:
    """What is noted of the screens in this process."""

    def __init__(self) -> None:
        self._on: dict[str, Sighting] = {}
        self._noted: dict[str, Sighting] = {}
        self._shown: set[int] = set()
        self._shown_noted: set[int] = set()

    def see(self, viewer: Viewer, lecture_id: int | None, at: datetime, *, with_code: bool) -> None:
        """Remember that a screen was on with a lecture, and whether with its code."""
        if with_code and lecture_id is not None:
            self._shown.add(lecture_id)
        self._on[viewer.ref] = Sighting(viewer.ref, viewer.screen_id, viewer.room_key_id, lecture_id, at)

    def write(self, now: datetime, breathe: Breathe = hold_breath) -> None:
        """Write down each screen about every twenty seconds, and each lecture whose code was shown once; some at a time."""
        shown = sorted(self._shown - self._shown_noted)
        for part in (shown[start : start + AT_ONCE] for start in range(0, len(shown), AT_ONCE)):
            service.note_showing(db.session, part, now)
            self._shown_noted |= set(part)
            breathe()
        due = [it for it in list(self._on.values()) if self._is_due(it)]
        for seen in (due[start : start + AT_ONCE] for start in range(0, len(due), AT_ONCE)):
            service.note_sightings(db.session, seen)
            self._noted.update({it.screen_ref: it for it in seen})
            breathe()
        for ref, it in list(self._on.items()):
            if now - it.seen_at > FORGOTTEN_AFTER:
                self._on.pop(ref, None)
                self._noted.pop(ref, None)

    def _is_due(self, seen: Sighting) -> bool:
        noted = self._noted.get(seen.screen_ref)
        if noted is None or noted.lecture_id != seen.lecture_id:
            return True
        return seen.seen_at - noted.seen_at >= INTERVAL
