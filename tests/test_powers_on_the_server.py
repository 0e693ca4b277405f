"""Power given on the server, by command or file: whoever gets it begins anew, and the officer is told of it."""

import hashlib
from datetime import timedelta

import pytest

from kiosk.accounts import add_person, new_link
from kiosk.imports.apply import apply
from kiosk.store.tables import records, staff
from tests.imports.conftest import MAKING, import_session, read_with
from tests.stage import START, Stage

VISA = ("visa_officer", "all", "")


@pytest.fixture
def ownerless(any_stage: Stage) -> Stage:
    """Before there is a data owner, the command line gives any role; somebody has a link to start with, a device and a sign-in."""
    (owner,) = any_stage.rows(staff.role_grant, staff.role_grant.c.role == "data_owner")
    any_stage.change(staff.role_grant, owner.id, until_on=START.date() - timedelta(days=1))
    return with_ways_in(any_stage, "ro")


def with_ways_in(stage: Stage, login: str) -> Stage:
    ids, times = stage.ids, {"signed_in_at": START, "seen_at": START}
    later = START + timedelta(days=1)
    for kind in ("start", "device"):
        stage.add("", staff.staff_link, secret_hash=kind, kind=kind, staff_id=ids[login], expires_at=later)
    stage.add("", staff.staff_sign_in, id_hash="x", staff_id=ids[login], **times)
    return stage


def ways_in(stage: Stage, login: str) -> tuple[int, int, int]:
    """How many unused links, sign-ins and devices somebody has."""
    counts = [
        len(stage.rows(column.table, column.table.c.staff_id == stage.ids[login], column.is_(None)))
        for column in (staff.staff_link.c.used_at, staff.staff_sign_in.c.ended_at, staff.staff_device.c.revoked_at)
    ]
    return counts[0], counts[1], counts[2]


def told(stage: Stage) -> list[tuple[str, int]]:
    return [(row.kind, row.thing_id) for row in stage.rows(records.notice)]


def link(stage: Stage, login: str) -> str | None:
    (secret,) = [new_link(session, START, START.date(), login) for session in import_session(stage)]
    return secret


def add(stage: Stage, login: str, grant: tuple[str, str, str] | None) -> str | None:
    (secret,) = [
        add_person(session, START, START.date(), login=login, name=login, unit="", grant=grant)
        for session in import_session(stage)
    ]
    return secret


def test_a_link_ends_older_links_sign_ins_and_devices_at_once_and_is_written_down(any_stage: Stage) -> None:
    with_ways_in(any_stage, "day")

    secret = link(any_stage, "day")

    assert ways_in(any_stage, "day") == (1, 0, 0)
    (mine,) = any_stage.rows(staff.staff_link, staff.staff_link.c.used_at.is_(None))
    assert mine.secret_hash == hashlib.sha256(str(secret).encode()).hexdigest()
    (entry,) = any_stage.rows(staff.journal)
    assert (entry.staff_id, entry.role, entry.act) == (None, "command line", "account:link")


@pytest.mark.parametrize(("login", "is_told"), [("olu", True), ("day", False)])
def test_the_officer_is_told_of_a_link_for_whoever_has_power(any_stage: Stage, login: str, is_told: bool) -> None:
    link(any_stage, login)

    assert told(any_stage) == ([("link_made", any_stage.ids[login])] if is_told else [])


def test_a_first_link_for_whoever_has_power_is_told_too(any_stage: Stage) -> None:
    credential = staff.staff_credential
    with any_stage.database.owner.begin() as connection:
        connection.execute(credential.delete().where(credential.c.staff_id == any_stage.ids["olu"]))

    assert add(any_stage, "olu", None) is not None

    assert told(any_stage) == [("link_made", any_stage.ids["olu"])]


def test_whoever_gets_a_first_powerful_role_here_begins_anew_and_the_officer_is_told(ownerless: Stage) -> None:
    secret = add(ownerless, "ro", VISA)

    (grant,) = ownerless.rows(staff.role_grant, staff.role_grant.c.role == "visa_officer")
    assert (secret is not None, ways_in(ownerless, "ro")) == (True, (1, 0, 0))
    assert told(ownerless) == [("role_given", grant.id)]


def test_whoever_has_power_already_keeps_password_and_devices(ownerless: Stage) -> None:
    secret = add(ownerless, "ona", VISA)

    assert (secret, ways_in(ownerless, "ona"), [kind for kind, _ in told(ownerless)]) == (
        None,
        (0, 0, 1),
        ["role_given"],
    )


def test_a_role_without_power_ends_nothing_and_is_told_to_nobody(ownerless: Stage) -> None:
    assert add(ownerless, "ro", ("module_admin", "all", "")) is None

    assert (ways_in(ownerless, "ro"), told(ownerless)) == ((2, 1, 1), [])


def apply_file(stage: Stage, line: str) -> None:
    heading = "login,name,unit,role,scope_kind,scope_value,until_on\n"
    for session in import_session(stage):
        batch = read_with(session, {"staff": heading + line})
        assert not batch.problems
        apply(session, batch.id, now=START, making=MAKING, pause=lambda seconds: None)


def test_a_file_that_gives_power_does_the_same(ownerless: Stage) -> None:
    apply_file(ownerless, "ro,Ro Rooms,Computing,visa_officer,all,,\n")

    (grant,) = ownerless.rows(staff.role_grant, staff.role_grant.c.role == "visa_officer")
    assert (ways_in(ownerless, "ro"), told(ownerless)) == ((0, 0, 0), [("role_given", grant.id)])


def test_a_file_that_prolongs_power_is_told_and_one_that_shortens_it_is_not(ownerless: Stage) -> None:
    (grant,) = ownerless.rows(staff.role_grant, staff.role_grant.c.staff_id == ownerless.ids["ona"])

    for last_day in ("2027-10-01", "2027-07-01"):
        apply_file(ownerless, f"ona,Ona Officer,Computing,engagement_officer,department,Computing,{last_day}\n")

    assert (ways_in(ownerless, "ona"), told(ownerless)) == ((0, 0, 1), [("role_given", grant.id)])
