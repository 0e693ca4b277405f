"""Who on the staff can see or do what, in words, from the matrix and from nothing else. Knows no account."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain.permissions import Cell, Permission, Role, Width, matrix
from kiosk.web.languages import mark, say, say_number

_WORDS = {
    Width.OWN: mark("in sessions they teach or stand in for"),
    Width.MODULES: mark("in modules they lead"),
    Width.TUTEES: mark("of students whose personal tutor they are"),
    Width.DEPARTMENT: mark("in their department"),
    Width.LIST: mark("of students on a list they bring for one run, which is not kept (not built yet)"),
    Width.ALERT: mark("of students about whom an alert is open (not built yet)"),
    Width.CASE: mark("of the one student whose case is open"),
    Width.ONE: mark("of one student at a time, whoever it is"),
    Width.SELF: mark("their own"),
    Width.ALL: mark("everywhere"),
}


@dataclass(frozen=True)
class Line:
    """One thing that some roles may do: each role with how far it reaches, as pairs of words.

    is_later: it is settled who may, and no page does it yet.
    """

    does: str
    is_later: bool
    roles: tuple[tuple[str, str], ...]


def lines(*, person: bool) -> tuple[Line, ...]:
    """What shows a student to somebody, or what shows nobody; in the order of the matrix file."""
    chosen = (permission for permission in Permission if permission.shows_person is person)
    return tuple(Line(say(permission.does), permission.is_later, tuple(_roles(permission))) for permission in chosen)


def _roles(permission: Permission) -> Iterator[tuple[str, str]]:
    for role in Role:
        cell = matrix()[role].get(permission)
        if cell is not None:
            yield say(role.label), _reach(cell)


def _reach(cell: Cell) -> str:
    reach = say(_WORDS[cell.width])
    if cell.days is None:
        return reach
    until = say_number(
        "%(reach)s, until %(num)s day after the session", "%(reach)s, until %(num)s days after the session", cell.days
    )
    return until % {"reach": reach, "num": cell.days}
