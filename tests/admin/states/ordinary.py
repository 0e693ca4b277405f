"""What each route answers when it is asked for what is there, by the first who may; people's names are trouble."""

from collections.abc import Iterator

import pytest

from tests.admin.conftest import Desk
from tests.admin.states.state import State, after
from tests.browser.judging import rename
from tests.walls.asking import Asking, desk_first, fill, things
from tests.walls.table import ASKERS, TABLES


def ordinary(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    rename(desk.stage)
    fill(desk.stage)
    askers: dict[str, Asking] = {}
    for row in desk_first(TABLES["admin"]):
        if row.rule.startswith("/static"):
            continue
        who = next(it for it in ASKERS["admin"] if row.answer_for(it))
        asking = askers.setdefault(who, Asking(desk.stage, "admin", who))
        yield f"{row.method} {row.rule}", after(asking.browser, asking.ask(row, things(desk.stage, across=False)))
