"""R78: each leg alone keeps somebody from being called absent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.absence import Evidence, may_be_absent
from kiosk.domain.lectures import Participation
from kiosk.domain.statuses import Status

ENDS = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
OVER = ENDS + timedelta(days=7)
EVIDENCE = Evidence(
    ends_at=ENDS,
    closes_at=ENDS - timedelta(minutes=40),
    voided=False,
    checked_in=1,
    participation=(Participation.POLICY,),
)


def test_when_every_leg_holds_somebody_may_be_absent() -> None:
    assert may_be_absent(EVIDENCE, Status.NOT_RECORDED, OVER)


def test_not_before_the_window_is_closed() -> None:
    late = replace(EVIDENCE, closes_at=OVER + timedelta(minutes=1))

    assert not may_be_absent(late, Status.NOT_RECORDED, OVER)


def test_not_before_seven_days_have_passed() -> None:
    assert not may_be_absent(EVIDENCE, Status.NOT_RECORDED, OVER - timedelta(seconds=1))


def test_not_at_a_void_session() -> None:
    assert not may_be_absent(replace(EVIDENCE, voided=True), Status.NOT_RECORDED, OVER)


def test_not_where_nobody_could_check_in() -> None:
    assert not may_be_absent(replace(EVIDENCE, checked_in=0), Status.NOT_RECORDED, OVER)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NOT_RECORDED])
def test_not_with_a_claim_an_authorisation_or_anything_else_recorded(status: Status) -> None:
    assert not may_be_absent(EVIDENCE, status, OVER)


def test_not_while_it_is_disputed() -> None:
    assert not may_be_absent(EVIDENCE, Status.NOT_RECORDED, OVER, disputed=True)


def test_not_where_taking_part_is_voluntary_for_one_of_the_modules() -> None:
    both = (Participation.PROFESSIONAL_BODY, Participation.VOLUNTARY)

    assert not may_be_absent(replace(EVIDENCE, participation=both), Status.NOT_RECORDED, OVER)
