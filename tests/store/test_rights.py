"""Rights are declared once, and a mistake in a declaration stops the start-up."""

import pytest
import sqlalchemy as sa

from kiosk.store import rights
from kiosk.store.rights import Right, postgresql_grants, rights_of, sqlite_authorizer
from kiosk.store.tables.every import metadata


def test_a_party_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="lectern"):
        rights.rights(lectern=Right(read="*"))


def test_a_column_that_does_not_exist_is_refused() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer), info=rights.rights(display=Right(read="name")))
    with pytest.raises(ValueError, match="name"):
        sqlite_authorizer("display", table.metadata)


def test_the_display_has_a_right_on_no_table_about_people() -> None:
    assert set(rights_of("display", metadata)) == {
        "hold",
        "lecture",
        "lecture_module",
        "lecture_room",
        "lectern_network",
        "module",
        "pairing",
        "room",
        "room_key",
        "screen",
        "screen_stop",
        "showing",
        "sighting",
    }


UNUSED = """
display lectern_network id; display room archived_at; display showing first_shown_at; display sighting lecture_id room_key_id
checkin attendance id; checkin module archived_at; checkin walk_in id
checkin spent_receipt nonce_hash spent_at
admin access_entry previous_hash request scope; admin attendance other_group; admin headcount role; admin journal role
admin room_key secret_hash; admin screen secret_hash; admin screen_stop stopped_at; admin spent_challenge challenge_hash spent_at
admin staff_credential changed_at; import import_batch ended_at; import lecture void_reason; import room archived_at
import showing first_shown_at; import staff archived_at; import staff_link secret_hash kind expires_at
import student_link secret_hash student_id expires_at used_at
"""
"""What no door of a party asks for, though its table is one of the party's."""


@pytest.mark.parametrize("line", [it.strip() for it in UNUSED.replace("\n", ";").split(";") if it.strip()])
def test_nobody_reads_what_they_do_not_use(line: str) -> None:
    party, name, *columns = line.split()
    table, right = rights_of(party, metadata)[name]
    assert not set(columns) & right.readable(table)


def test_nobody_changes_or_deletes_what_they_do_not_use() -> None:
    """An import archives no account, and the staff's wing takes no lecture from a module."""
    table, right = rights_of("import", metadata)["staff"]
    assert right.updatable(table) == {"name", "unit"}
    assert not rights_of("admin", metadata)["lecture_module"][1].delete


def test_nobody_may_change_or_delete_a_history() -> None:
    for name in ("journal", "attendance_change"):
        table = metadata.tables[name]
        for party, right in table.info["rights"].items():
            assert not right.update, (name, party)
            assert not right.delete, (name, party)


def test_grants_take_away_before_they_give() -> None:
    statements = list(postgresql_grants(metadata))
    revoked = statements.index("REVOKE ALL ON student FROM kiosk_checkin")
    granted = statements.index("GRANT SELECT (id, known_as, left_on, login, number) ON student TO kiosk_checkin")
    assert revoked < granted
