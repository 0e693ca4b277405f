"""The chain of the access log: an edit, a deletion, an insertion and a past written anew each give themselves away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.access_log import FIRST, Act, Edited, Entry, Head, Linked, Missing, Purpose, Rebuilt, flaws, link

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LOOK = Entry(
    at=NOON,
    staff_id=7,
    role="lecturer",
    scope="own",
    act=Act.VIEW_ROSTER,
    purpose=Purpose.TEACHING,
    thing="lecture",
    thing_id=3,
    data="names and statuses",
    outcome="shown",
    request="r1",
    subjects=frozenset({11, 12}),
)
OTHERWISE = {
    "at": NOON + timedelta(microseconds=1),
    "staff_id": 8,
    "role": "dpo",
    "scope": "case",
    "act": Act.SEARCH,
    "purpose": Purpose.AUDIT,
    "thing": "module",
    "thing_id": 4,
    "data": "names",
    "outcome": "refused",
    "request": "another",
    "subjects": frozenset({11}),
}


def chain(entries: Sequence[Entry]) -> list[Linked]:
    made: list[Linked] = []
    for number, entry in enumerate(entries, 1):
        previous = made[-1].hash if made else FIRST
        made.append(Linked(number, entry, previous, link(previous, entry)))
    return made


FIVE = chain([replace(LOOK, request=f"r{number}") for number in range(5)])


def test_a_chain_as_it_was_written_has_no_flaw() -> None:
    assert flaws(FIVE, [Head(5, FIVE[4].hash, NOON.date()), Head(2, FIVE[1].hash, NOON.date())]) == []
    assert flaws([]) == []


@pytest.mark.parametrize("name", OTHERWISE)
def test_every_field_is_under_the_hash(name: str) -> None:
    edited = replace(FIVE[2], entry=replace(FIVE[2].entry, **{name: OTHERWISE[name]}))  # type: ignore[arg-type]
    assert flaws([*FIVE[:2], edited, *FIVE[3:]]) == [Edited(3)]


def test_every_field_of_an_entry_is_tried_here() -> None:
    assert set(OTHERWISE) == set(Entry.__dataclass_fields__)


@pytest.mark.parametrize("gone", range(4))
def test_an_entry_that_is_gone_is_missed_at_the_next(gone: int) -> None:
    assert flaws([*FIVE[:gone], *FIVE[gone + 1 :]]) == [Missing(gone + 2)]


def test_the_last_entry_that_is_gone_is_missed_by_the_head_written_down_elsewhere() -> None:
    head = Head(5, FIVE[4].hash, NOON.date())
    assert flaws(FIVE[:4], [head]) == [Rebuilt(head)]


def test_an_entry_that_was_put_in_is_noticed() -> None:
    between = Linked(9, LOOK, FIVE[1].hash, link(FIVE[1].hash, LOOK))
    assert flaws([*FIVE[:2], between, *FIVE[2:]]) == [Missing(3)]


def test_a_chain_written_anew_after_an_edit_is_given_away_by_the_head() -> None:
    rebuilt = chain([replace(LOOK, staff_id=99), *(it.entry for it in FIVE[1:])])
    head = Head(4, FIVE[3].hash, NOON.date())
    assert flaws(rebuilt) == []
    assert flaws(rebuilt, [head]) == [Rebuilt(head)]


def test_a_chain_may_begin_after_an_anchor() -> None:
    assert flaws(FIVE[2:], after=FIVE[1].hash) == []
    assert flaws(FIVE[2:]) == [Missing(3)]


@given(st.lists(st.integers(0, 2**31), max_size=20), st.integers(-12, 12))
def test_a_hash_depends_on_what_was_seen_and_not_on_how_it_is_written(subjects: list[int], hours: int) -> None:
    entry = replace(LOOK, subjects=frozenset(subjects))
    elsewhere = replace(
        LOOK, subjects=frozenset(reversed(subjects)), at=NOON.astimezone(timezone(timedelta(hours=hours)))
    )
    assert link(FIRST, entry) == link(FIRST, elsewhere)


def test_what_cannot_be_an_entry_any_more_was_edited() -> None:
    assert flaws([*FIVE[:2], replace(FIVE[2], entry=None), *FIVE[3:]]) == [Edited(3)]


def test_a_clock_that_goes_back_is_no_flaw() -> None:
    back = chain([LOOK, replace(LOOK, at=NOON - timedelta(days=2)), LOOK])
    assert flaws(back, [Head(3, back[2].hash, NOON.date())]) == []


def test_two_heads_of_one_entry_must_both_fit() -> None:
    forged = Head(5, FIVE[0].hash, NOON.date())
    assert flaws(FIVE, [forged, Head(5, FIVE[4].hash, NOON.date())]) == [Rebuilt(forged)]
