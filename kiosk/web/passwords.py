"""Passwords: argon2id in the server's thread pool, a few at a time, and the same cost for accounts that don't exist."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.web.surroundings import offload

T = TypeVar("T")

MINIMUM = 10
MAXIMUM = 200
_AT_ONCE = 2

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's second profile: about 47 ms
_places = threading.BoundedSemaphore(_AT_ONCE)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$U2PyCbSndN9JpDujlzt8Gg$FUyvPrxt37mTSm8W522l66GSYhU/RxOFSXbJyBSBago"


def hash_password(password: str) -> str:
    """A hash to store."""
    return _carry(hash_here, password)


def hash_here(password: str) -> str:
    """The same, made at once by whoever asks: for commands, which keep nobody else waiting."""
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; None stands for an account that does not exist, and takes as long."""
    fits = _carry(_verify, password_hash or _NOBODY, password)
    return fits and password_hash is not None


def has_length(password: str) -> bool:
    """Whether a new password is long enough to keep and short enough to hash."""
    return MINIMUM <= len(password) <= MAXIMUM


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _carry(work: Callable[..., T], *args: Any) -> T:
    # The place is taken here, by whoever waits, and not in the pool's thread: a semaphore that was made cooperative
    # can't wake a waiter in another thread.
    with _places:
        result: T = offload(work, *args)
        return result
