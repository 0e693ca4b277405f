"""What a record adds up to, and what somebody may look for."""

import pytest

from kiosk.domain.access_log import Purpose
from kiosk.domain.permissions import Role
from kiosk.domain.purposes import UnknownPurpose, chosen, purposes_of
from kiosk.domain.records import Tally, tally
from kiosk.domain.statuses import Status


def test_what_is_authorised_exempt_void_or_not_recorded_leaves_the_sum() -> None:
    assert tally(Status) == Tally(present=5, recorded=6)


@pytest.mark.parametrize(("recorded", "percent"), [(4, None), (5, 60)])
def test_under_five_sessions_there_is_no_percentage(recorded: int, percent: int | None) -> None:
    assert Tally(3, recorded).percent == percent


def test_of_a_single_purpose_there_is_nothing_to_choose() -> None:
    assert chosen(None, purposes_of([Role.LECTURER])) is Purpose.TEACHING


@pytest.mark.parametrize("typed", [None, "", "marketing", "teaching", "staff appraisal"])
def test_a_purpose_that_is_not_on_the_list_is_none(typed: str | None) -> None:
    with pytest.raises(UnknownPurpose):
        chosen(typed, purposes_of([Role.PERSONAL_TUTOR]))


def test_no_purpose_is_about_staff_marks_or_selling() -> None:
    assert {purpose.value for purpose in Purpose} == {
        "teaching", "correction", "support", "tutoring", "engagement", "sponsor duty", "rights request", "safety", "audit",
    }  # fmt: skip


def test_two_roles_give_both_lists_once() -> None:
    assert purposes_of([Role.LECTURER, Role.MODULE_LEAD, Role.PERSONAL_TUTOR]) == (
        Purpose.TEACHING, Purpose.TUTORING, Purpose.SUPPORT,
    )  # fmt: skip
