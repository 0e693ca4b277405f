"""What the cast's devices carry and their authenticator apps hold."""

import base64
import hashlib

FACTOR_KEY = "the factors key of the stage, long enough to be one"


def device_secret(name: str) -> str:
    return hashlib.sha256(f"secret of {name}".encode()).hexdigest()


def app_secret(login: str) -> str:
    """What the authenticator app of a member of staff holds."""
    return base64.b32encode(hashlib.sha1(login.encode(), usedforsecurity=False).digest()).decode()
