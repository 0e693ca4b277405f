"""Requests made up by schemathesis from each wing's routes: nothing breaks, nothing is told, nobody gets past the table."""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.transport.wsgi import WSGI_TRANSPORT
from werkzeug.test import TestResponse

from tests.stage import Stage
from tests.walls import crawler
from tests.walls.asking import FORMS, Asking, fill, lacks, nothing_for, said, things
from tests.walls.openapi import described
from tests.walls.table import TABLES, Row

CELLS = [
    *(("display", asker) for asker in ("stranger", "paired")),
    *(("checkin", asker) for asker in ("stranger", "ada")),
    *(("admin", asker) for asker in ("stranger", "day", "eve", "mo", "ro")),
]
FITTING = {"display": 12, "checkin": 6, "admin": 4}
"""Requests for each route and asker that fit the text; there is one that does not for every three of these."""
MORE = {
    "/": {"module": "comp1201", "lecture": "1"},
    "/sign-in": {"shared": "yes"},
    "/pair/<code>": {"room": "1"},
    "/lectures/<int:lecture_id>/act/<name>": {"reason": "outage"},
    **{
        f"/modules/{which}": {"opens_minutes_before": "5", "closes_minutes_after": "90", "late_minutes_after": "91"}
        for which in ("new", "<int:module_id>/edit")
    },
}
"""Fields that a form may have besides those which the table's answer takes."""
NAMES = {
    "name": ("style.css", "tokens.css", "hold", "void"),
    "folder": ("display", "shared"),
    "archived": ("1",),
    "from": ("2026-11-23",),
    "done": ("hold",),
}
ODD = (
    "0",
    "-1",
    "1.5",
    str(2**31),
    str(2**63),
    "9" * 40,
    "a" * 300,
    "\0",
    "%",
    "' or 1=1 --",
    "{{ 7 * 7 }}",
    "é\u202e",
)


@pytest.fixture
def seeded(stage: Stage) -> Stage:
    crawler.seed(stage)
    return fill(stage)


class Sending:
    """One kind of asker, who sends whatever is made up, and remembers what was wrong with the answers."""

    def __init__(self, stage: Stage, wing: str, asker: str) -> None:
        self.wing, self.asker = wing, asker
        self.asking = Asking(stage, wing, asker)
        self.own, self.across = (things(stage, across=it) for it in (False, True))
        self.rows = {f"{row.method} {row.rule}": row for row in TABLES[wing]}
        self.sent, self.wrong = set[str](), list[str]()

    def operations(self) -> list[APIOperation]:
        """Every route of the wing, as its OpenAPI text says it."""
        names: dict[str, set[str]] = {name: set(values) for name, values in NAMES.items()}
        for about in (self.own, self.across, *(self.fields(rule) for rule in FORMS)):
            for name, value in about.items():
                names.setdefault(name, set()).update(map(str, value if isinstance(value, list) else [value]))
        text = described(self.asking.browser.application, lambda rule: list(self.fields(rule)))
        for name in re.findall(r'"format": "(\w+)"', json.dumps(text)):
            if name != "binary":
                schemathesis.openapi.format(name, made_up(names.get(name, ())))
        schema = schemathesis.openapi.from_dict(text, config=SchemathesisConfig())
        return [operation.ok() for operation in schema.get_all_operations()]

    def fields(self, rule: str) -> Mapping[str, Any]:
        fitting = FORMS.get(rule, lambda stage, about: {})(self.asking.stage, self.own)
        return {**fitting, **MORE.get(rule, {})}

    def send(self, case: Case) -> None:
        name = case.operation.definition.raw["operationId"]
        row = self.rows[name]
        if isinstance(case.body, dict):
            case.body = {"curtain": "open", **case.body, "csrf_token": self.asking.csrf()}
        request = WSGI_TRANSPORT.serialize_case(case)
        answer = self.asking.browser.open(request.pop("path"), **request)
        self.sent.add(name)
        self.wrong += [
            f"{self.asker}: {row.method} {case.formatted_path[:80]}: {it}" for it in self.faults(row, case, answer)
        ]
        self.asking.come_back_after(row)

    def faults(self, row: Row, case: Case, answer: TestResponse) -> list[str]:
        found = lacks(self.wing, row, answer)
        found += [f"status {answer.status_code}"] if answer.status_code >= 500 else []
        found += [f"told: {crawler.found_in(answer)}"] if crawler.found_in(answer) and not self.may_tell(row) else []
        got = said(self.asking, row, answer)
        if (
            not self.may(row, case)
            and got not in (nothing_for(self.wing, self.asker), 405)
            and not is_unread(case, answer)
        ):
            found.append(f"got {got}, and the table says they may not")
        return found

    def may(self, row: Row, case: Case) -> bool:
        """By the table. An address that mixes things of both sides is for whoever may use either."""
        named = {name: value for name, value in case.path_parameters.items() if name.endswith("_id")}
        if not named:
            # A form may name a thing of either side, where an address names none.
            alike = [it for it in self.rows.values() if it.need == row.need]
            return any(it.answer_for(self.asker, across=across) for it in alike for across in (False, True))
        sides = [across for across, about in ((False, self.own), (True, self.across)) if names_things(named, about)]
        return any(row.answer_for(self.asker, across=across) for across in sides or (False, True))

    def may_tell(self, row: Row) -> bool:
        """Names come in the answers of an open register, to whoever may read it."""
        return row.rule.startswith("/lectures/<int:lecture_id>/register/") and row.answer_for(self.asker) is not None


def made_up(known: Iterable[str]) -> st.SearchStrategy[str]:
    """Something that names what there is, or a value that programs have stumbled over, or anything."""
    odd = st.one_of(st.sampled_from(ODD), st.text(min_size=1))
    named = st.sampled_from(sorted(known)) if known else odd
    return st.one_of(named, named, odd)


def names_things(named: Mapping[str, str], about: Mapping[str, Any]) -> bool:
    return all(value == str(about[name]) for name, value in named.items())


def is_unread(case: Case, answer: TestResponse) -> bool:
    """A form that is none has no CSRF token either."""
    return answer.status_code == 400 and not isinstance(case.body, dict)


@pytest.mark.parametrize(("wing", "asker"), CELLS)
def test_whatever_is_sent_the_answer_is_one_of_ours(
    seeded: Stage, wing: str, asker: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sending = Sending(seeded, wing, asker)
    send_all(sending)
    assert not sending.wrong, "\n".join(["", *sending.wrong])
    assert sending.sent == set(sending.rows)
    assert [it.getMessage() for it in caplog.records if it.name == "kiosk"] == []
    assert not [word for word in crawler.CANARIES if word in caplog.text]


def send_all(sending: Sending) -> None:
    for operation in sending.operations():
        for mode in GenerationMode:
            make_requests(operation, mode, sending)


def make_requests(operation: APIOperation, mode: GenerationMode, sending: Sending) -> None:
    """The same ones each time, and others for each route."""

    @seed(crc32(f"{operation.label} {mode}".encode()))
    @settings(
        max_examples=FITTING[sending.wing] // (1 if mode is GenerationMode.POSITIVE else 3),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        sending.send(case)

    send()


# The same eyes see what is wrong --------------------------------------------------------------------


def break_down(app: Flask) -> None:
    app.view_functions["screen.show"] = lambda: 1 // 0


def tell_a_name(app: Flask) -> None:
    app.view_functions["screen.show"] = lambda: f"<p>{crawler.CANARIES[0]}</p>"


def drop_the_headers(app: Flask) -> None:
    app.after_request_funcs.clear()


def let_everybody_in(app: Flask) -> None:
    app.extensions["kiosk_gate"] = replace(app.extensions["kiosk_gate"], may=lambda _: True)


@pytest.mark.parametrize(
    ("wing", "asker", "route", "spoil", "seen"),
    [
        ("display", "paired", "GET /", break_down, "status 500"),
        ("display", "stranger", "GET /", tell_a_name, "told: "),
        ("display", "stranger", "POST /pairing/poll", drop_the_headers, "no frame-ancestors 'none'"),
        ("admin", "eve", "GET /rooms", let_everybody_in, "got 200, and the table says they may not"),
    ],
)
def test_a_wing_that_is_spoiled_is_seen_through(
    seeded: Stage, wing: str, asker: str, route: str, spoil: Callable[[Flask], None], seen: str
) -> None:
    sending = Sending(seeded, wing, asker)
    spoil(sending.asking.browser.application)
    (operation,) = (it for it in sending.operations() if it.label == route)
    make_requests(operation, GenerationMode.POSITIVE, sending)
    assert any(seen in it for it in sending.wrong)
