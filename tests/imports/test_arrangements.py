"""An import brings registers into line with what was arranged ahead: for sessions and enrolments that come with it."""

from sqlalchemy.orm import Session

from kiosk.store.tables import register
from tests.imports.conftest import read_with
from tests.imports.test_importing import A1, ENROLMENTS, LECTURES, apply_now
from tests.stage import Stage
from tests.store.test_excuses import arrange, register_of


def test_a_session_that_is_imported_is_settled(any_stage: Stage, any_session: Session) -> None:
    arrange(any_stage, from_on=any_stage.start.date().replace(day=1), until_on=any_stage.start.date().replace(month=12))
    apply_now(any_session, read_with(any_session, {"lectures": LECTURES + A1}))

    assert [row.status for row in any_stage.rows(register.attendance)] == ["authorised"]


def test_an_enrolment_that_is_imported_is_settled(any_stage: Stage, any_session: Session) -> None:
    arrange(any_stage, "cy", "exempt")
    apply_now(any_session, read_with(any_session, {"enrolments": ENROLMENTS + "31000003,COMP1201,\n"}))

    assert register_of(any_stage) == {"cy": "exempt"}
