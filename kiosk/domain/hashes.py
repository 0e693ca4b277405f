"""What is kept of a secret: enough to know it again, too little to use it."""

import hashlib


def hash_secret(secret: str) -> str:
    """The hash to store of a secret that was drawn, 96 bits or more. Not for passwords, which people choose."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
