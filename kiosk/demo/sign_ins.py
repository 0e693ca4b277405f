"""The demonstration's sign-ins as people and scripts are told them: a short word for the screen, everything for the files."""

import textwrap
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from kiosk.demo import barchester, proofs
from kiosk.doctor import NOT_ON_SCREEN
from kiosk.store.doors import demo as door

MAY: Mapping[str, str] = {
    "dr.day": "teaches COMP1201",
    "dr.eve": "teaches others",
    "mo.admin": "modules",
    "rae.registry": "imports",
    "ro.rooms": "rooms, screens",
    "lea.lead": "leads COMP1201",
    "tia.tutor": "tutor of ada, ben and a few more",
    "ona.officer": "engagement, Computing",
    "vic.visa": "visa compliance",
    "sue.desk": "support desk, Computing",
    "dot.dpo": "data protection",
    "sid.system": "accounts",
    "olu.owner": "approves roles",
}
"""What each may do, in a few words."""

FIRST = ("dr.day", "mo.admin", "dot.dpo")
"""Whose links the screen has room for."""


def every(session: Session, password: str) -> dict[str, Any]:
    """Every sign-in and identifier of the demonstration."""
    logins = door.staff_logins(session)
    return {
        "university": barchester.UNIVERSITY,
        "students": [{**it, "password": password} for it in door.students(session)],
        "staff": [
            {
                "id": logins[login][0],
                "login": login,
                "name": name,
                "password": password,
                "roles": [role],
                "scopes": [{"role": role, "scope_kind": kind, "scope_value": value}],
                "modules": list(teaches),
            }
            for login, name, (role, kind, value), teaches in barchester.STAFF
            if login in logins
        ],
        "lectures": [
            {
                "id": it["id"],
                "module": it["modules"][0] if it["modules"] else "",
                "room": it["rooms"][0] if it["rooms"] else "",
                "modules": it["modules"],
                "rooms": it["rooms"],
                "starts_at": it["starts_at"].isoformat(),
                "ends_at": it["ends_at"].isoformat(),
            }
            for it in door.lectures(session)
        ],
        "rooms": door.rooms(session),
        "modules": door.modules(session),
    }


def summary(password: str, given: tuple[proofs.Proof, ...], path: object) -> str:
    """What a person needs to look around: first what the screen shows, then the rest, which this file alone has."""
    staff = textwrap.fill(
        ", ".join(f"{it.login} ({MAY[it.login]})" for it in given), 105, break_long_words=False, break_on_hyphens=False
    )
    shown = [it for it in given if it.login in FIRST]
    return "\n".join(
        (
            "Demonstration: invented people. Everybody's password:  " + password,
            "  students  ada, ben (in COMP1201, on now), cy (not in it), demo00004 ...",
            "  staff     " + textwrap.indent(staff, " " * 12).strip(),
            "",
            "A password alone puts a code on a screen. Names, imports and who teaches what open on an enrolled device,",
            'after a second step: open the link once, sign in, choose "Use a recovery code instead", and type one of',
            "those below the link (each works once).",
            *proofs.lines(shown),
            f"  The others' links and codes: {path}",
            NOT_ON_SCREEN,
            *proofs.lines([it for it in given if it not in shown]),
            "",
        )
    )
