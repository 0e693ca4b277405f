"""The history of a module or a lecture: the newest act of each kind can be undone while it still fits. Knows no request."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kiosk.store.doors.admin import journal as door
from kiosk.store.doors.admin.journal import HistoryRow


@dataclass(frozen=True)
class History:
    """Rows, the newest first; `undoable` are the ids of those with a way back; `names` are colleagues' by number."""

    rows: tuple[HistoryRow, ...]
    undoable: frozenset[int]
    names: Mapping[int, str]


def history_of(
    session: Session,
    thing: str,
    thing_id: int,
    kind_of: Callable[[HistoryRow], Hashable],
    fits: Callable[[HistoryRow], bool],
) -> History:
    """What was done to a thing. Whoever asks has been shown the thing itself."""
    rows = door.history_of(session, thing, thing_id)
    newest = newest_of(rows, kind_of)
    named = (row.after["staff"] for row in rows if isinstance(row.after.get("staff"), int))
    return History(rows, frozenset(row.id for row in newest if fits(row)), door.names_of(session, named))


def newest_of(rows: Iterable[HistoryRow], kind_of: Callable[[HistoryRow], Hashable]) -> tuple[HistoryRow, ...]:
    """The newest row of each kind."""
    found: dict[Hashable, HistoryRow] = {}
    for row in rows:
        found.setdefault(kind_of(row), row)
    return tuple(found.values())
