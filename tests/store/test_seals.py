"""What is sealed is read with its key, for its purpose, and no other way."""

import pytest

from kiosk.store.seals import keyed_hash, seal, seal_bytes, unseal, unseal_bytes

KEY = "a key that is long enough to be one"


def test_what_is_sealed_is_read_again() -> None:
    assert unseal(KEY, "app/1", seal(KEY, "app/1", "JBSWY3DP")) == "JBSWY3DP"


def test_what_is_no_text_is_sealed_too() -> None:
    assert unseal_bytes(KEY, "app/1", seal_bytes(KEY, "app/1", b"\xff\x00")) == b"\xff\x00"


def test_it_does_not_show_what_it_holds_and_never_looks_the_same_twice() -> None:
    sealed = seal(KEY, "app/1", "JBSWY3DP")
    assert "JBSWY3DP" not in sealed
    assert sealed != seal(KEY, "app/1", "JBSWY3DP")


@pytest.mark.parametrize(
    ("key", "purpose"), [(KEY, "app/2"), (KEY, "new-app/1"), ("another key, as long as it should be", "app/1")]
)
def test_another_key_or_purpose_reads_nothing(key: str, purpose: str) -> None:
    assert unseal(key, purpose, seal(KEY, "app/1", "JBSWY3DP")) is None


@pytest.mark.parametrize("sealed", ["", "x", "AAAA", "é", "=" * 40, "A" * 400, "not sealed at all"])
def test_whatever_somebody_made_up_reads_nothing(sealed: str) -> None:
    assert unseal(KEY, "app/1", sealed) is None


def test_one_changed_letter_reads_nothing() -> None:
    sealed = seal(KEY, "app/1", "JBSWY3DP")
    assert unseal(KEY, "app/1", sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]) is None


def test_a_keyed_hash_depends_on_key_purpose_and_text() -> None:
    made = {keyed_hash(*it) for it in ((KEY, "a", "b"), (KEY, "a", "c"), (KEY, "b", "b"), (KEY + "!", "a", "b"))}
    assert len(made) == 4
