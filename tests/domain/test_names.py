"""A few letters find a name: any word of it, whatever the accents and the script."""

import pytest

from kiosk.domain.names import fits, sharing, tell_apart


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


def test_people_of_one_name_are_found_whatever_the_capitals_and_spaces() -> None:
    people = [(1, "Wei Zhang"), (2, "Ada Lovelace"), (3, "wei  zhang"), (4, "Wei Zhāng")]

    assert sharing(people) == ((1, 3),)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({1: "A", 2: "B"}, {1: "group A", 2: "group B"}),
        ({1: "A", 2: "A"}, {1: "1 of 2", 2: "2 of 2"}),
        ({1: "A"}, {1: "1 of 2", 2: "2 of 2"}),
        ({}, {1: "1 of 2", 2: "2 of 2"}),
    ],
)
def test_a_group_tells_apart_where_each_is_in_another(groups: dict[int, str], said: dict[int, str]) -> None:
    assert tell_apart([(1, 2)], groups) == said
