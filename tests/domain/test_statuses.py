"""Which statuses there are, which of them count, and how they read at a lecture that counts for nobody."""

import pytest

from kiosk.domain.statuses import Count, Status, Tally, count_of, counts_as_present, is_counted, read_as, tally


def test_statuses_are_the_ten_of_the_requirements() -> None:
    assert set(Status) == {
        "present",
        "present_late",
        "present_remote",
        "authorised",
        "exempt",
        "unable_to_check_in",
        "present_self_declared",
        "not_recorded",
        "absent",
        "void",
    }


def test_late_remote_and_a_students_own_statement_count_as_present_and_nothing_else_does() -> None:
    assert {status for status in Status if counts_as_present(status)} == {
        "present",
        "present_late",
        "present_remote",
        "unable_to_check_in",
        "present_self_declared",
    }


def test_a_status_read_from_the_database_counts_like_the_status_itself() -> None:
    assert counts_as_present(Status("present_late"))


def test_exempt_authorised_void_and_not_recorded_leave_the_denominator() -> None:
    assert {status for status in Status if not is_counted(status)} == {"exempt", "authorised", "void", "not_recorded"}


@pytest.mark.parametrize("status", Status)
def test_whatever_is_disputed_leaves_the_denominator(status: Status) -> None:
    assert not is_counted(status, disputed=True)


def test_a_tally_has_numerator_and_denominator() -> None:
    found = [Status.PRESENT, Status.PRESENT_LATE, Status.ABSENT, Status.EXEMPT, Status.NOT_RECORDED]

    assert tally(found) == Tally(2, 3)


@pytest.mark.parametrize("count", [Count.VOID, Count.NOT_OBSERVED])
def test_a_session_that_counts_for_nobody_has_no_tally(count: Count) -> None:
    assert tally([Status.PRESENT, Status.ABSENT], count) == Tally(0, 0)


@pytest.mark.parametrize(
    ("voided", "is_over", "present", "count"),
    [
        (False, True, 0, "not_observed"),
        (False, True, 1, "counts"),
        (False, False, 0, "counts"),
        (True, True, 0, "void"),
        (True, False, 12, "void"),
    ],
)
def test_a_session_at_which_nobody_was_recorded_is_not_observed(
    voided: bool, is_over: bool, present: int, count: str
) -> None:
    assert count_of(voided=voided, is_over=is_over, present=present) == count


@pytest.mark.parametrize("status", Status)
def test_at_a_void_session_everybody_reads_void(status: Status) -> None:
    assert read_as(status, Count.VOID) == "void"


def test_at_a_session_that_was_not_observed_nobody_reads_absent_or_not_recorded() -> None:
    assert {read_as(status, Count.NOT_OBSERVED) for status in (Status.NOT_RECORDED, Status.ABSENT)} == {"not_observed"}
    assert read_as(Status.AUTHORISED, Count.NOT_OBSERVED) == "authorised"


def test_at_any_other_a_status_reads_as_it_is() -> None:
    assert [read_as(status, Count.COUNTS) for status in Status] == [status.value for status in Status]
