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
