"""Makes PostgreSQL's functions of `reach.sql` and `adding.sql` from the matrix. The owner runs them in with the policies."""

import math
import re
from collections.abc import Iterator
from importlib.resources import files

from kiosk.domain.permissions import Permission, Role, clashes, matrix
from kiosk.domain.statuses import Status, counts_as_present
from kiosk.store import counts, excuses

OF_LECTURES = frozenset(
    {
        Permission.REGISTER_READ,
        Permission.REGISTER_SET,
        Permission.MODULE_RECORD_READ,
        Permission.WALK_IN_SETTLE,
        Permission.DESK_RECORD,
    }
)
"""What reads the rows of the lectures it reaches."""

OF_STUDENTS = frozenset(
    {
        Permission.RECORD_READ,
        Permission.STUDENT_SEARCH,
        Permission.BREAK_GLASS_USE,
        Permission.CASE_MANAGE,
        Permission.LOCK_SET,
        Permission.LOCK_LIFT,
    }
)
"""What reads all rows of the students it reaches, whatever the lecture."""

SETTING = frozenset(
    {
        Permission.REGISTER_SET,
        Permission.WALK_IN_SETTLE,
        Permission.DESK_RECORD,
    }
)
"""What writes them, too."""

COUNTING = frozenset({Permission.AGGREGATE_READ})
"""What is told numbers of the lectures it reaches, and reads none of their rows."""

OF_GROUPS = frozenset({Permission.LECTURE_CHANGE, Permission.LINK_CHANGE})
"""What reads which groups the modules it reaches have."""

OF_TUTORS = frozenset({Permission.LINK_CHANGE})
"""What says whose tutor somebody is, of the students it reaches, and reads no more of them than their numbers."""

AT_DESK = frozenset({Permission.DESK_RECORD})
"""What lets whoever stands there, and says their number, choose a new password."""

LOCKING, LIFTING = frozenset({Permission.LOCK_SET}), frozenset({Permission.LOCK_LIFT})
"""What sets, and what lifts, a lock of its departments; either reads them."""

OF_THE_LOG = frozenset({Permission.LOG_READ_ALL})
"""What reads the whole access log, and is told of what breaks glass and of what was shown."""

EXCUSING = frozenset({Permission.ABSENCE_GRANT})
"""What reads and agrees what is arranged with the students it reaches."""

DECIDING = frozenset({Permission.DISPUTE_DECIDE})
"""What decides disputes of the students it reaches."""

ANSWERING = frozenset({Permission.REQUEST_ANSWER})
"""What reads and answers students' requests."""

HELPING = frozenset({Permission.REQUEST_ASSIST})
"""What helps the students it reaches to make a request, once their number is said."""

PLACES = (
    ("read", "lecture", OF_LECTURES),
    ("read", "student", OF_STUDENTS),
    ("count", "lecture", COUNTING),
    ("group", "lecture", OF_GROUPS),
    ("tutor", "student", OF_TUTORS),
    ("desk", "student", AT_DESK),
    ("lock", "student", LOCKING),
    ("lift", "student", LIFTING),
    ("log", "log", OF_THE_LOG),
    ("excuse", "student", EXCUSING),
    ("decide", "student", DECIDING),
    ("answer", "request", ANSWERING),
    ("help", "student", HELPING),
)

ASKED = (
    "kiosk_lectures(text)",
    "kiosk_people(text)",
    "kiosk_locked()",
    "kiosk_groups()",
    "kiosk_students()",
    "kiosk_tutored()",
    "kiosk_numbered()",
    "kiosk_everywhere(text)",
    "kiosk_at_desk()",
    "kiosk_helped()",
    "kiosk_student_with(text)",
    "kiosk_departments(text)",
    "kiosk_closed()",
    "kiosk_disputed()",
    "kiosk_asking()",
    "kiosk_last_written()",
    "kiosk_concerns(integer, integer)",
    "kiosk_observed(integer)",
)
"""What the policies ask, and a record, and so the admin wing's role may."""

OF_THE_CHAIN = ("kiosk_log_head(timestamptz)",)
"""What whoever adds to the access log asks, and whoever checks it."""

FUNCTIONS = ("kiosk_ways(text)", "kiosk_own_lectures(text)", *ASKED, *counts.FUNCTIONS)


def function_statements() -> Iterator[str]:
    """The statements which make the functions, in the order in which they need each other."""
    cells = ", ".join(
        f"('{role}', '{may}', '{what}', '{width}', {days})" for role, may, what, width, days in cells_in_sql()
    )
    of_departments = ", ".join(f"'{role}'" for role in Role if role.has_departments)
    pairs = sorted((one.value, other.value) for one in Role for other in clashes(one, Role))
    forbidden = ", ".join(f"('{one}', '{other}')" for one, other in pairs)
    present = ", ".join(f"'{status}'" for status in Status if counts_as_present(status))
    lists = {"cells": cells, "of departments": of_departments, "forbidden": forbidden, "present": present}
    for name in ("reach.sql", "adding.sql"):
        source = files("kiosk.store").joinpath(name).read_text("utf-8")
        filled = re.sub(r"/\* (.+?) \*/", lambda it: lists[it[1]], source)
        yield from re.split(r"^(?=CREATE )", filled, flags=re.MULTILINE)[1:]
    yield from counts.function_statements()
    yield from excuses.function_statements()


def cells_in_sql() -> list[tuple[str, str, str, str, str]]:
    """The matrix in words: role, read or set, the rows of what, how wide, and until how many days after the lecture."""
    longest: dict[tuple[str, str, str, str], float] = {}
    for role in matrix():
        for cell, days in _cells(role):
            longest[cell] = max(days, longest.get(cell, 0))
    return sorted((*cell, "NULL" if days == math.inf else f"{days:.0f}") for cell, days in longest.items())


def _cells(role: Role) -> Iterator[tuple[tuple[str, str, str, str], float]]:
    for permission, cell in matrix()[role].items():
        days = math.inf if cell.days is None else cell.days
        for may, what, permissions in PLACES:
            if permission in permissions:
                yield (role.value, may, what, cell.width.value), days
                if may == "read" and permission in SETTING:
                    yield (role.value, "set", what, cell.width.value), days
