"""Which purposes of the closed list somebody may have, by role. Knows no account."""

from collections.abc import Iterable, Mapping

from kiosk.domain.access_log import Purpose
from kiosk.domain.permissions import Role

_OF_ROLE: Mapping[Role, tuple[Purpose, ...]] = {
    Role.LECTURER: (Purpose.TEACHING,),
    Role.MODULE_LEAD: (Purpose.TEACHING,),
    Role.PERSONAL_TUTOR: (Purpose.TUTORING, Purpose.SUPPORT),
    Role.ENGAGEMENT_OFFICER: (Purpose.ENGAGEMENT, Purpose.SUPPORT, Purpose.CORRECTION, Purpose.SAFETY),
    Role.VISA_OFFICER: (Purpose.SPONSOR_DUTY,),
    Role.DPO: (Purpose.RIGHTS, Purpose.SAFETY),
}


class UnknownPurpose(ValueError):
    """A purpose that is not on the list of whoever gave it."""


def purposes_of(roles: Iterable[Role]) -> tuple[Purpose, ...]:
    """What somebody with these roles may look for, each once."""
    return tuple(dict.fromkeys(purpose for role in roles for purpose in _OF_ROLE.get(role, ())))


def chosen(typed: str | None, allowed: tuple[Purpose, ...]) -> Purpose:
    """The purpose somebody chose; with a single one there is nothing to choose.

    Raises:
        UnknownPurpose: it is none of theirs, or they chose none of several.
    """
    if typed is None and len(allowed) == 1:
        return allowed[0]
    if typed not in allowed:
        raise UnknownPurpose
    return Purpose(typed)
