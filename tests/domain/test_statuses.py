"""Which statuses there are, and which of them count as present."""

from kiosk.domain.statuses import Status, counts_as_present


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
