"""Roles as an import looks at them: who holds which by sign-in name, and what may not be held together. Knows no file."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from kiosk.domain.permissions import Role, clashes
from kiosk.store.doors.imports.reading import Held, Key, Staged


def roles_by_login(held: Mapping[Key, list[Held]], today: date) -> dict[str, set[Role]]:
    """The roles that everybody holds who holds one; one that this version does not know is none."""
    found: dict[str, set[Role]] = defaultdict(set)
    for (login, role, *_), grants in held.items():
        if role in list(Role) and date.fromisoformat(str(grants[-1].values[0])) >= today:
            found[login].add(Role(role))
    return found


def not_beside(others: Collection[Role]) -> str:
    """Why a role can't be given beside these."""
    return f"may not be held together with: {', '.join(sorted(other.label for other in others))}."


def why_not_now(held: Mapping[Key, list[Held]], changes: Iterable[Staged], today: date) -> str:
    """What stands in the way of these roles that did not at the dry run; nothing, most of the time."""
    roles = roles_by_login(held, today)
    has_owner = any(Role.DATA_OWNER in own for own in roles.values())
    for change in changes:
        role, own = Role(change.key[1]), roles[change.key[0]]
        others = clashes(role, own)
        if others:
            return f"Line {change.line} of staff.csv: the role {not_beside(others)}"
        if has_owner and role.is_powerful:
            return f"Line {change.line} of staff.csv now needs a second person."
        own.add(role)
    return ""
