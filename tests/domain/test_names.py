"""A few letters find a name: any word of it, whatever the accents and the script."""

import pytest

from kiosk.domain.names import fits


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lov", "Ada Lovelace"),
        ("ADA", "Ada Lovelace"),
        ("a lo", "Ada Lovelace"),
        ("zoe", "Zoë Ångström"),
        ("ang", "Zoë Ångström"),
        ("strass", "Eva Straße"),
        ("lodz", "Łódź Øre"),
        ("ore", "Łódź Øre"),
        ("ann", "Mary-Ann Smith"),
        ("عائ", "عائشة"),
        ("小", "林小姐"),
        ("ｌov", "Ada Lovelace"),
        ("", "Anybody"),
    ],
)
def test_these_letters_find_this_name(typed: str, name: str) -> None:
    assert fits(typed, name)


@pytest.mark.parametrize(("typed", "name"), [("vel", "Ada Lovelace"), ("ada x", "Ada Lovelace"), ("b", "Ada Lovelace")])
def test_these_do_not(typed: str, name: str) -> None:
    assert not fits(typed, name)
