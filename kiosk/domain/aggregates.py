"""Counts of people as aggregates may show them: small groups kept back, the rest rounded. Knows no person and no lecture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

AT_LEAST = 10
"""No smaller group is counted in any figure, and none is left over when figures are taken from each other."""
ROUNDED_TO = 5


class Kind(StrEnum):
    """What may be said of a turnout. None is never told apart from a few, so that a few is never known to be somebody."""

    TOO_FEW = "too_few"
    """However many came, those who came or those who did not would be a small group."""
    HARDLY_ANY = "hardly_any"
    """Fewer than ten came, perhaps nobody."""
    NEARLY_ALL = "nearly_all"
    """All came but fewer than ten, perhaps all of them."""
    COUNTED = "counted"


@dataclass(frozen=True)
class Turnout:
    """How many were expected and how many came, rounded; zero where the kind says no more."""

    kind: Kind
    expected: int = 0
    there: int = 0


@dataclass(frozen=True)
class Sum:
    """Several turnouts put together, and how many they are. Somebody who was expected twice counts twice."""

    turnouts: int
    expected: int
    there: int


@dataclass(frozen=True)
class Heads:
    """How many were recorded, and how many more were counted in the room; less than none where they were fewer.

    Both are rounded, and none more is said of fewer than ten either way.
    """

    there: int
    more: int

    @property
    def in_room(self) -> int:
        return self.there + self.more


@dataclass(frozen=True)
class Stretch:
    """How many came from the start of one bucket to the end of another, both by their position."""

    first: int
    last: int
    people: int


@dataclass(frozen=True)
class Arrivals:
    """A group of expected people, cut into parts of ten or more.

    untimed: came, and nobody knows when; None: they are in the last stretch.
    missing: did not come; None: they are in the last stretch.
    """

    stretches: tuple[Stretch, ...]
    untimed: int | None
    missing: int | None


def rounded(people: int) -> int:
    """To the nearest five."""
    return (people + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def turnout(expected: int, there: int) -> Turnout:
    """What may be said of how many came."""
    if expected < 2 * AT_LEAST:
        return Turnout(Kind.TOO_FEW)
    if there < AT_LEAST:
        return Turnout(Kind.HARDLY_ANY, rounded(expected))
    if expected - there < AT_LEAST:
        return Turnout(Kind.NEARLY_ALL, rounded(expected))
    return Turnout(Kind.COUNTED, rounded(expected), rounded(there))


def heads(expected: int, there: int, in_room: int) -> Heads | None:
    """A head-count beside those recorded; None where either is a small group or leaves one over."""
    if turnout(expected, there).kind is not Kind.COUNTED or in_room < AT_LEAST:
        return None
    apart = abs(in_room - there)
    more = rounded(apart) if apart >= AT_LEAST else 0
    return Heads(rounded(there), more if in_room > there else -more)


def sum_of(turnouts: Iterable[Turnout]) -> Sum:
    """Put together what is shown and nothing else, so that a total gives away nothing about its parts."""
    pairs = [pair for pair in map(_pair, turnouts) if pair]
    return Sum(len(pairs), sum(expected for expected, _ in pairs), sum(there for _, there in pairs))


def arrivals(buckets: Sequence[int], untimed: int, missing: int) -> Arrivals | None:
    """Neighbouring buckets in stretches of ten people or more; None where the turnout itself isn't shown.

    buckets: arrivals with a known time, in order.
    """
    there = sum(buckets) + untimed
    if turnout(there + missing, there).kind not in (Kind.COUNTED, Kind.NEARLY_ALL):
        return None
    cut = _cut(buckets)
    first, people = cut.pop()
    is_apart = people >= AT_LEAST and untimed >= AT_LEAST
    # What would be a small part goes to the last stretch, and so does nothing at all: neither can be told from the other.
    people += (0 if is_apart else untimed) + (0 if missing >= AT_LEAST else missing)
    ends = [start for start, _ in cut[1:]] + ([first] if cut else [])
    stretches = [Stretch(start, end - 1, rounded(some)) for (start, some), end in zip(cut, ends, strict=True)]
    return Arrivals(
        (*stretches, Stretch(first, len(buckets) - 1, rounded(people))),
        rounded(untimed) if is_apart else None,
        rounded(missing) if missing >= AT_LEAST else None,
    )


def _pair(shown: Turnout) -> tuple[int, int] | None:
    if shown.kind is Kind.NEARLY_ALL:
        return shown.expected, shown.expected - ROUNDED_TO
    return (shown.expected, shown.there) if shown.kind is Kind.COUNTED else None


def _cut(buckets: Sequence[int]) -> list[tuple[int, int]]:
    """Where each stretch begins and how many are in it. Whoever is left over goes to the last; all may be too few for one."""
    cut, first, people = [], 0, 0
    for position, some in enumerate(buckets):
        people += some
        if people >= AT_LEAST:
            cut.append((first, people))
            first, people = position + 1, 0
    if not cut:
        return [(0, people)]
    start, last = cut.pop()
    return [*cut, (start, last + people)]
