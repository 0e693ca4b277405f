"""How the invented staff prove themselves: a device link, recovery codes, an app, all worked out from the instance's key."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from kiosk.demo import barchester
from kiosk.domain.hashes import hash_secret
from kiosk.domain.permissions import Role, matrix
from kiosk.domain.second_factors import app_purpose, draw_codes, recovery_purpose
from kiosk.store.doors import demo as door
from kiosk.store.seals import keyed_hash, seal, unseal
from kiosk.store.transactions import transaction

LINK_LASTS = timedelta(days=8)
DEVICE_LASTS = timedelta(days=180)
_SETS = 30


@dataclass(frozen=True)
class Proof:
    """One person's: a link that enrols a device, recovery codes that are left, and what their app holds."""

    staff_id: int
    login: str
    role: str
    link: str
    codes: tuple[str, ...]
    app_secret: str

    @property
    def is_needed(self) -> bool:
        """Whether there is anything in the role that a password alone does not open."""
        return any(it.shows_person or it.gives_power for it in matrix()[Role(self.role)])


@transaction
def give(session: Session, now: datetime, key: str) -> tuple[Proof, ...]:
    """See that each of the staff has what they need; what was used up is made anew."""
    there = door.staff_logins(session)
    people = [(there[login][0], login, role[0]) for login, _, role, _ in barchester.STAFF if login in there]
    return tuple(
        Proof(
            staff_id,
            login,
            role,
            _link(session, now, key, staff_id),
            _codes(session, key, staff_id),
            _app(session, now, key, staff_id),
        )
        for staff_id, login, role in people
    )


@transaction
def device_for_scripts(session: Session, now: datetime, key: str, staff_id: int) -> str:
    """What the cookie of an enrolled device carries, for a browser that has no hands to follow a link."""
    secret, is_there = _first_good(
        lambda turn: keyed_hash(key, "demo-device", f"{staff_id}/{turn}"),
        lambda it: door.device_is_good(session, hash_secret(it), now),
    )
    if not is_there:
        door.add_device(session, staff_id, "Scripts", hash_secret(secret), now, now + DEVICE_LASTS)
    return secret


def for_scripts(proof: Proof, device: str) -> dict[str, Any]:
    """One person's, for the JSON file."""
    return {
        "enrol_path": f"/enrol/{proof.link}",
        "device_cookie": {"name": "kiosk_device", "value": device},
        "totp_secret": proof.app_secret,
        "recovery_codes": list(proof.codes),
    }


def lines(proofs: Iterable[Proof]) -> list[str]:
    """For people; {staff} stands for the staff area's address, which the server knows."""
    found = []
    for proof in proofs:
        if proof.is_needed:
            found.append(f"  {proof.login:12} {{staff}}/enrol/{proof.link}")
            found.append(f"  {'':12} {'  '.join(proof.codes) or 'recovery codes: their own'}")
    return found


def _link(session: Session, now: datetime, key: str, staff_id: int) -> str:
    secret, is_there = _first_good(
        lambda turn: keyed_hash(key, "demo-link", f"{staff_id}/{turn}")[:24],
        lambda it: door.link_is_good(session, hash_secret(it), now),
    )
    if not is_there:
        door.add_device_link(session, staff_id, hash_secret(secret), now + LINK_LASTS)
    return secret


def _app(session: Session, now: datetime, key: str, staff_id: int) -> str:
    sealed = door.sealed_app(session, staff_id)
    if sealed is not None:
        return unseal(key, app_purpose(staff_id), sealed) or ""
    secret = base64.b32encode(bytes.fromhex(keyed_hash(key, "demo-app", str(staff_id)))[:20]).decode()
    door.add_app(session, staff_id, seal(key, app_purpose(staff_id), secret), now)
    return secret


def _codes(session: Session, key: str, staff_id: int) -> tuple[str, ...]:
    """What is left of our own set of codes; a new set when none is left; nothing when somebody drew their own."""
    left = door.recovery_codes(session, staff_id)
    sets = [_set(key, staff_id, turn) for turn in range(_SETS)]
    known = [turn for turn, codes in enumerate(sets) if any(it in left for it in codes.values())]
    if known and any(left.get(it) for it in sets[known[0]].values()):
        return tuple(code for code, it in sets[known[0]].items() if left.get(it))
    if any(left.values()):
        return ()
    fresh = sets[(known[0] + 1) % _SETS if known else 0]
    door.replace_recovery_codes(session, staff_id, list(fresh.values()))
    return tuple(fresh)


def _set(key: str, staff_id: int, turn: int) -> dict[str, str]:
    """One set of recovery codes, each with its hash."""
    numbers = iter(range(10_000))

    def draw(alphabet: str) -> str:
        return alphabet[int(keyed_hash(key, "demo-code", f"{staff_id}/{turn}/{next(numbers)}")[:8], 16) % len(alphabet)]

    return {it: keyed_hash(key, recovery_purpose(staff_id), it.replace("-", "")) for it in draw_codes(draw)}


def _first_good(secret_of: Callable[[int], str], is_good: Callable[[str], bool | None]) -> tuple[str, bool]:
    """The first secret that can still be used, or the first that is nowhere yet; and whether it is there."""
    for turn in count():
        secret = secret_of(turn)
        state = is_good(secret)
        if state is not False:
            return secret, state is True
    raise AssertionError("count() does not end")
