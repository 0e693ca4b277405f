"""Counts as aggregates may show them: what is kept back, what is rounded, and that nothing small can be worked out."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.aggregates import (
    AT_LEAST,
    ROUNDED_TO,
    Arrivals,
    Heads,
    Kind,
    Stretch,
    Sum,
    Turnout,
    arrivals,
    heads,
    rounded,
    sum_of,
    turnout,
)

SMALL = set(range(1, AT_LEAST))
people = st.integers(0, 60)
buckets_of_people = st.lists(st.integers(0, 25), min_size=1, max_size=40)


@pytest.mark.parametrize(("exact", "shown"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (98, 100)])
def test_a_count_goes_to_the_nearest_five(exact: int, shown: int) -> None:
    assert rounded(exact) == shown


@pytest.mark.parametrize(
    ("expected", "there", "shown"),
    [
        (9, 9, Turnout(Kind.TOO_FEW)),
        (19, 10, Turnout(Kind.TOO_FEW)),
        (20, 10, Turnout(Kind.COUNTED, 20, 10)),
        (200, 9, Turnout(Kind.HARDLY_ANY, 200)),
        (200, 0, Turnout(Kind.HARDLY_ANY, 200)),
        (200, 191, Turnout(Kind.NEARLY_ALL, 200)),
        (200, 200, Turnout(Kind.NEARLY_ALL, 200)),
        (203, 188, Turnout(Kind.COUNTED, 205, 190)),
    ],
)
def test_what_is_said_of_a_turnout(expected: int, there: int, shown: Turnout) -> None:
    assert turnout(expected, there) == shown


def test_no_turnout_gives_a_small_group_away() -> None:
    """All that could be behind each answer: never only small groups, and never just one number."""
    behind: dict[Turnout, list[tuple[int, int]]] = defaultdict(list)
    for expected in range(130):
        for there in range(expected + 1):
            behind[turnout(expected, there)].append((expected, there))
    for shown, worlds in behind.items():
        if max(expected for expected, _ in worlds) < 128:  # above it the worlds are cut off
            came, missing = {there for _, there in worlds}, {expected - there for expected, there in worlds}
            assert not came <= SMALL, shown
            assert not missing <= SMALL, shown
            assert len(came) > 2 < len(missing), shown


def test_a_small_group_is_never_known_to_be_anybody() -> None:
    """Whatever is said of a few is said of none as well."""
    for expected in range(20, 130):
        for few in SMALL:
            assert turnout(expected, few) == turnout(expected, 0)
            assert turnout(expected, expected - few) == turnout(expected, expected)


@given(st.integers(20, 1000), st.integers(20, 1000))
def test_a_difference_between_two_weeks_stays_open(one: int, other: int) -> None:
    """Whoever joined or left in between: at least five numbers stay possible."""
    shown = [turnout(count, count // 2).expected for count in (one, other)]
    behind = [[count for count in range(20, 1010) if rounded(count) == it] for it in shown]
    assert len({a - b for a, b in product(*behind)}) >= 5


def test_a_sum_is_of_what_is_shown() -> None:
    shown = [turnout(203, 188), turnout(200, 195), turnout(200, 3), turnout(12, 12)]
    assert sum_of(shown) == Sum(2, 405, 385)


def test_a_sum_of_nothing_shown_is_nothing() -> None:
    assert sum_of([turnout(12, 12), turnout(40, 2)]) == Sum(0, 0, 0)


# Head-counts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "there", "in_room", "shown"),
    [
        (200, 150, 172, Heads(150, 20)),
        (200, 150, 131, Heads(150, -20)),
        (200, 150, 159, Heads(150, 0)),
        (200, 150, 141, Heads(150, 0)),
        (200, 150, 9, None),
        (200, 9, 150, None),
        (200, 195, 250, None),
        (19, 10, 40, None),
    ],
)
def test_what_is_said_of_a_head_count(expected: int, there: int, in_room: int, shown: Heads | None) -> None:
    assert heads(expected, there, in_room) == shown


def test_the_room_is_as_full_as_both_numbers_say_together() -> None:
    assert (Heads(150, 20).in_room, Heads(150, -20).in_room) == (170, 130)


def test_no_head_count_gives_a_small_group_away() -> None:
    """Whoever sat there and was not recorded, or the other way round: never only a few, and never just one number."""
    behind: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for expected in range(20, 78):
        for there in range(expected + 1):
            for in_room in range(100):
                shown = heads(expected, there, in_room)
                if shown:
                    behind[turnout(expected, there), shown].append((in_room, in_room - there))
    for shown, worlds in behind.items():
        if max(in_room for in_room, _ in worlds) < 98:  # above it the worlds are cut off
            counted, apart = {in_room for in_room, _ in worlds}, {abs(more) for _, more in worlds}
            assert not counted <= SMALL, shown
            assert not apart <= SMALL, shown
            assert len(counted) > 2 < len(apart), shown


# Arrivals ------------------------------------------------------------------------------------------


def test_neighbouring_minutes_are_put_together_until_they_are_ten() -> None:
    assert arrivals([4, 3, 5, 20, 11], untimed=12, missing=30) == Arrivals(
        (Stretch(0, 2, 10), Stretch(3, 3, 20), Stretch(4, 4, 10)), untimed=10, missing=30
    )


def test_who_is_left_over_goes_to_the_last_stretch_and_so_does_nobody() -> None:
    shown = arrivals([20, 15, 3, 0], untimed=30, missing=30)
    assert shown is not None
    assert shown.stretches == (Stretch(0, 0, 20), Stretch(1, 3, 20))
    assert arrivals([20, 18, 0, 0], untimed=30, missing=30) == shown


def test_a_few_without_a_time_and_a_few_who_are_missing_are_in_the_last_stretch() -> None:
    assert arrivals([20, 15], untimed=4, missing=9) == Arrivals((Stretch(0, 0, 20), Stretch(1, 1, 30)), None, None)


def test_when_hardly_any_arrival_has_a_time_there_is_one_stretch() -> None:
    assert arrivals([2, 1], untimed=40, missing=20) == Arrivals((Stretch(0, 1, 45),), None, 20)


@pytest.mark.parametrize(("buckets", "untimed", "missing"), [([5, 4], 0, 50), ([12, 0], 0, 7), ([0], 0, 0)])
def test_where_the_turnout_says_no_number_there_are_no_arrivals(buckets: list[int], untimed: int, missing: int) -> None:
    assert arrivals(buckets, untimed, missing) is None


@given(buckets_of_people, people, people)
def test_stretches_follow_each_other_and_cover_all_minutes(buckets: list[int], untimed: int, missing: int) -> None:
    shown = arrivals(buckets, untimed, missing)
    if shown:
        edges = [(it.first, it.last + 1) for it in shown.stretches]
        assert [first for first, _ in edges] == [0, *(last for _, last in edges[:-1])]
        assert edges[-1][1] == len(buckets)


@given(buckets_of_people, people, people)
def test_every_part_is_ten_or_more_and_together_they_are_all(buckets: list[int], untimed: int, missing: int) -> None:
    """So whatever is added to or taken from what, a difference is nobody or at least ten."""
    shown = arrivals(buckets, untimed, missing)
    if shown:
        exact = list(parts(shown, buckets, untimed, missing))
        numbers = [it.people for it in shown.stretches] + [
            it for it in (shown.untimed, shown.missing) if it is not None
        ]
        assert min(exact) >= AT_LEAST
        assert sum(exact) == sum(buckets) + untimed + missing
        assert numbers == [rounded(it) for it in exact]
        assert not [it for it in numbers if it % ROUNDED_TO]


def parts(shown: Arrivals, buckets: list[int], untimed: int, missing: int) -> Iterator[int]:
    """The exact parts behind what is shown."""
    merged = (untimed if shown.untimed is None else 0) + (missing if shown.missing is None else 0)
    for it in shown.stretches:
        yield sum(buckets[it.first : it.last + 1]) + (merged if it is shown.stretches[-1] else 0)
    yield from (part for part, own in ((untimed, shown.untimed), (missing, shown.missing)) if own is not None)


def test_no_picture_of_arrivals_gives_a_small_group_away() -> None:
    """Every way in which up to 37 people can come, put together by all that is shown of them."""
    behind: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for first, second, untimed, missing in ways_to_come(37):
        there = first + second + untimed
        shown = (turnout(there + missing, there), arrivals([first, second], untimed, missing))
        behind[shown].append((first, second, untimed, missing, first + second, second + untimed, there))
    for shown, ways in behind.items():
        for group in zip(*ways, strict=True):
            assert not set(group) <= SMALL, shown


def ways_to_come(most: int) -> Iterator[tuple[int, int, int, int]]:
    for first in range(most + 1):
        for second in range(most + 1 - first):
            for untimed in range(most + 1 - first - second):
                for missing in range(most + 1 - first - second - untimed):
                    yield first, second, untimed, missing
