"""Accounts, roles and sign-in links: one person proposes, another approves, nobody gives anything to themselves."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from kiosk.store.tables import staff
from tests.admin.conftest import Desk
from tests.admin.states.state import State, after, press
from tests.admin.test_grants import account, decide, held, propose
from tests.stage import Browser

TYPED = {
    "no such role": {"role": "superuser"},
    "no scope": {"scope_kind": ""},
    "no department": {"scope_kind": "department"},
    "for no department": {"scope_kind": "department", "scope_value": "Computing"},
    "no day": {"until_on": "soon"},
    "more than a year": {"until_on": "2027-11-30"},
}


def accounts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    sid, olu = desk.sign_in("sid"), desk.sign_in("olu")
    yield "all accounts", sid.get("/accounts")
    yield "as who approves sees them", olu.get("/accounts")
    yield "found by a name", press(sid, "/accounts/search", search="room")
    yield "nobody is called that", press(sid, "/accounts/search", search="%_")
    yield "this name is taken", sid.send("/accounts/new", login="DAY", name="Another", unit="")
    yield "nothing typed", sid.send("/accounts/new", login="", name="", unit="")
    yield "an account that sees nobody", after(sid, sid.send("/accounts/new", login="nia", name="Nia", unit="Registry"))
    yield "one's own account", sid.get(account(desk, "sid"))
    yield "as who approves sees one", olu.get(account(desk, "eve"))
    desk.stage.change(staff.staff, desk.stage.ids["tia"], archived_at=desk.stage.clock())
    yield "an archived account", sid.get(account(desk, "tia"))
    yield "accounts, one of them archived", sid.get("/accounts")
    monkeypatch.setattr("kiosk.admin.views.grants.SHOWN_ROWS", 3)
    yield "more accounts than are shown", sid.get("/accounts")


def proposing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    sid, olu = desk.sign_in("sid"), desk.sign_in("olu")
    yield "nothing waits", olu.get("/proposals")
    for name, typed in TYPED.items():
        yield name, propose(desk, sid, **typed)
    yield "proposed", after(sid, propose(desk, sid))
    yield "proposed already", propose(desk, sid)
    yield "not for oneself", propose(desk, sid, "sid", role="room_admin", scope_kind="all")
    yield "not together", propose(desk, sid, role="dpo", scope_kind="all")
    yield "one waits", olu.get("/proposals")
    yield "what a colleague proposed", olu.get(account(desk, "eve"))
    yield "approved", after(olu, decide(desk, olu))
    for how in ("approve", "refuse"):
        yield f"{how}: decided meanwhile", decide(desk, olu, how)
    yield "withdraw: decided meanwhile", after(sid, decide(desk, sid, "withdraw"))
    propose(desk, sid, "ro")
    yield "refused", after(olu, decide(desk, olu, "refuse"))
    propose(desk, sid, "mo", role="personal_tutor")
    yield "taken back", after(sid, decide(desk, sid, "withdraw"))
    for proposer, holder in (("olu", "eve"), ("sid", "olu")):
        add_proposal(desk, proposer, holder)
        for how in ("approve", "refuse"):
            yield f"{how}: proposed by {proposer} for {holder}", decide(desk, olu, how)
    add_proposal(desk, "sid", "ro", until_on=desk.stage.start.date() - timedelta(days=1))
    yield "its last day is over", decide(desk, olu)
    yield "the last one stays", end(desk, sid, "dot")
    add_proposal(desk, "sid", "nell", role="system_admin")
    days = {"from_on": desk.stage.start.date(), "until_on": desk.stage.start.date()}
    desk.stage.add("", staff.role_grant, staff_id=desk.stage.ids["nell"], role="dpo", scope_kind="all", **days)
    yield "not together, since another came in between", decide(desk, olu)
    yield "ended", end(desk, sid, "ro")


def add_proposal(desk: Desk, by: str, to: str, **values: object) -> None:
    role = {"role": "room_admin", "scope_kind": "all", "until_on": date(2027, 6, 30), **values}
    ids = {"staff_id": desk.stage.ids[to], "proposed_by": desk.stage.ids[by]}
    desk.stage.add("", staff.grant_proposal, **ids, **role, proposed_at=desk.stage.clock())


def end(desk: Desk, browser: Browser, who: str) -> TestResponse:
    return press(browser, f"/grants/{held(desk, who)[0].id}/end", "/accounts")


def new_links(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    sid = desk.sign_in("sid")
    for name, login in (("nobody", "who"), ("oneself", "sid"), ("on the server", "olu"), ("given", "eve")):
        yield name, sid.send("/sign-in-links", login=login)
