"""The hash of a secret: always the same, and there for whatever a browser sends."""

import hashlib

from kiosk.domain.hashes import hash_secret


def test_a_secret_is_kept_as_its_sha_256() -> None:
    assert hash_secret("drawn") == hashlib.sha256(b"drawn").hexdigest()


def test_half_a_letter_is_hashed_like_anything_else() -> None:
    assert hash_secret("\ud800") == hash_secret("?")
