"""Secrets sealed for a purpose, with a key that the database does not hold; and hashes that only the key's holder can make."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


def seal(key: str, purpose: str, text: str) -> str:
    """The text, readable again with the same key and purpose alone."""
    return seal_bytes(key, purpose, text.encode())


def unseal(key: str, purpose: str, sealed: str) -> str | None:
    """What was sealed; None for whatever was not sealed with this key for this purpose."""
    found = unseal_bytes(key, purpose, sealed)
    return None if found is None else found.decode()


def seal_bytes(key: str, purpose: str, content: bytes) -> str:
    """As `seal`, for what is no text."""
    nonce = token_bytes(_NONCE_BYTES)
    return urlsafe_b64encode(nonce + _cipher(key).encrypt(nonce, content, purpose.encode())).decode()


def unseal_bytes(key: str, purpose: str, sealed: str) -> bytes | None:
    """As `unseal`, for what is no text."""
    try:
        data = urlsafe_b64decode(sealed.encode("ascii"))
        return _cipher(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode())
    except (ValueError, InvalidTag):
        return None


def keyed_hash(key: str, purpose: str, text: str) -> str:
    """A hash that nobody without the key can look for, however short the text."""
    return _derive(key, f"{purpose}/{text}").hex()


def _cipher(key: str) -> AESGCM:
    return AESGCM(_derive(key, "seal"))


def _derive(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), purpose.encode("utf-8", "replace"), "sha256")
