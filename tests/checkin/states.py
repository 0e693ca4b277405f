"""Every state of the students' pages: what leads to it, in one walk on one stage. A page that is one address alone is not here:
`test_every_page` gets it from the table of routes."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from werkzeug.test import TestResponse

from kiosk.checkin.absences import MOST_WAITING
from kiosk.store.tables import board, register, wishes
from tests.checkin.conftest import Outage, Phone
from tests.checkin.test_claims import say, twin_digits
from tests.checkin.test_digits import share_digits
from tests.stage import Stage
from tests.walls.table import TABLES

State = tuple[str, TestResponse]
LINK = "a link for a first password"


def every_state(stage: Stage, app: Flask) -> Iterator[State]:
    """The name of each state, and the page."""
    set_out(stage)
    for walk in (
        signing_in,
        checking_in,
        not_taken,
        typing,
        saying_ahead,
        first_passwords,
        in_between,
        claiming,
        disputing,
        asking,
        ending,
    ):
        for name, answer in walk(stage, app):
            yield f"{walk.__name__}: {name}", answer


def set_out(stage: Stage) -> None:
    """Sessions for each thing that can become of a scan, none of them at any time but the stage's."""
    now = stage.clock()
    for name in ("by hand", "settled", "void later", "shared", "used"):
        stage.add_lecture(name)
    stage.add_lecture("call", mode="remote", rooms=())
    stage.add_lecture("late", starts_at=stage.start - timedelta(minutes=10))
    stage.add_lecture("group b", group="B")
    stage.add_lecture("joint", modules=("COMP1201", "HIST2002"), rooms=("4/4053", "58/1065"))
    stage.add_lecture("early", starts_at=stage.start + timedelta(minutes=40))
    stage.add_lecture("closed", closed_at=now - timedelta(seconds=1))
    stage.add_lecture("cancelled", cancelled_at=now - timedelta(seconds=1))
    stage.add_lecture("void", voided_at=now - timedelta(seconds=1))
    stage.add_student("dee", "31000004", "Dee Fourth", "COMP1201", group="A")
    stage.put_in_register("ada", lecture="by hand")
    stage.put_in_register("ada", "absent", lecture="settled")


def signing_in(stage: Stage, app: Flask) -> Iterator[State]:
    phone = Phone(stage, app)
    yield "to type digits", phone.browser.get("/")
    yield "this login and password don't go together", phone.sign_in(password="wrong")
    yield "nothing typed", phone.sign_in("", "")
    phone.scan()
    yield "to check in", phone.browser.get("/check-in")
    yield "not to check in", phone.sign_in(password="wrong", on="/check-in")
    for _ in range(6):
        answer = Phone(stage, app).sign_in("ben", "wrong")
    yield "too many tries", answer
    stage.clock.go_on(seconds=1)


def checking_in(stage: Stage, app: Flask) -> Iterator[State]:
    phone = Phone(stage, app)
    phone.scan()
    phone.sign_in(on="/check-in")
    yield "confirm", phone.browser.get("/check-in")
    for lecture in ("algorithms", "by hand", "settled", "silk", "call", "late", "joint"):
        yield lecture, come(phone, lecture)
    stage.change(register.walk_in, stage.rows(register.walk_in)[0].id, settled_at=stage.clock())
    yield "walk-in, settled", phone.browser.get(f"/check-ins/{stage.ids['silk']}")
    come(phone, "void later")
    stage.change(board.lecture, stage.ids["void later"], voided_at=stage.clock())
    stage.clock.go_on(seconds=3)
    yield "void later", phone.browser.get(f"/check-ins/{stage.ids['void later']}")
    other = Phone(stage, app)
    other.sign_in("dee")
    yield "another group", come(other, "group b")
    for lecture in ("shared", "silk"):
        yield f"shared computer, {lecture}", on_a_shared_computer(stage, app, lecture)
    yield "this scan is used", with_a_used_scan(stage, app)


def come(phone: Phone, lecture: str) -> TestResponse:
    phone.scan(lecture)
    return phone.browser.get(phone.press(lecture).headers["Location"])


def on_a_shared_computer(stage: Stage, app: Flask, lecture: str) -> TestResponse:
    phone = Phone(stage, app)
    phone.scan(lecture)
    phone.sign_in("dee", on="/check-in", shared="yes")
    return phone.browser.get(phone.press(lecture).headers["Location"])


def with_a_used_scan(stage: Stage, app: Flask) -> TestResponse:
    first, second = Phone(stage, app), Phone(stage, app)
    first.scan("used")
    used = first.browser.get_cookie("kiosk_receipt", "in.kiosk.test")
    assert used is not None
    first.sign_in("ada", on="/check-in")
    first.press("used")
    second.sign_in("dee")
    second.browser.set_cookie("kiosk_receipt", used.value, domain="in.kiosk.test")
    return second.press("used")


def not_taken(stage: Stage, app: Flask) -> Iterator[State]:
    phone = Phone(stage, app)
    phone.sign_in()
    for lecture in ("early", "closed", "cancelled", "void"):
        phone.scan(lecture)
        yield lecture, phone.browser.get("/check-in")


def typing(stage: Stage, app: Flask) -> Iterator[State]:
    phone, without = Phone(stage, app), Phone(stage, app)
    phone.sign_in("dee")
    yield "digits", phone.browser.get("/")
    without.sign_in("cy")
    yield "digits, with nothing open but what one is recorded at", without.browser.get("/")
    yield "not six", phone.type("12")
    yield "wrong", phone.type("000000")
    yield "wrong, with a module", phone.type("000000", module="COMP1201")
    yield "which", phone.type(share_digits(stage, app, "algorithms", "clash"))
    for _ in range(6):
        answer = phone.type("000000")
    yield "wait", answer


def saying_ahead(stage: Stage, app: Flask) -> Iterator[State]:
    phone = Phone(stage, app)
    phone.sign_in()
    yield "nothing yet", phone.browser.get("/absences")
    forms = {
        "no first day": {},
        "no day": {"from_on": "soon", "until_on": "later", "from_time": "noon", "until_time": "1"},
        "over": {"from_on": "23/11/2026"},
        "backwards": {"from_on": "27/11/2026", "until_on": "26/11/2026"},
        "too long": {"from_on": "27/11/2026", "until_on": "26/11/2028"},
        "one time": {"from_on": "27/11/2026", "from_time": "10:00"},
        "times backwards": {"from_on": "27/11/2026", "from_time": "10:00", "until_time": "09:00"},
    }
    for name, form in forms.items():
        yield name, phone.browser.send("/absences", **form)
    answer = phone.browser.send("/absences", from_on="27/11/2026", from_time="10:00", until_time="11:00", weekday=["5"])
    yield "asked", phone.browser.get(answer.headers["Location"])
    answer = phone.browser.send("/absences/1/withdraw", "/absences")
    yield "withdrawn", phone.browser.get(answer.headers["Location"])
    arrange(stage)
    yield "answered meanwhile", phone.browser.send("/absences/1/withdraw", "/absences")
    yield "more than anybody can answer", phone.browser.send("/absences", from_on="28/11/2026")


def arrange(stage: Stage) -> None:
    """One of each kind and state, and as many that wait as may."""
    day = {"from_on": stage.start.date(), "until_on": stage.start.date() + timedelta(days=2)}
    own = {"student_id": stage.ids["ada"], **day}
    for kind in ({"kind": "exempt"}, {"kind": "extension", "minutes": 10}, {"kind": "authorised"}):
        for state in ("agreed", "declined"):
            stage.add("", wishes.arrangement, **own, **kind, state=state)
    for number in range(MOST_WAITING):
        later = {**own, "until_on": own["until_on"] + timedelta(days=number)}
        stage.add("", wishes.arrangement, **later, kind="authorised", state="asked")


def first_passwords(stage: Stage, app: Flask) -> Iterator[State]:
    secret_hash = hashlib.sha256(LINK.encode()).hexdigest()
    until = stage.clock() + timedelta(days=14)
    stage.add("", register.student_link, student_id=stage.ids["ben"], secret_hash=secret_hash, expires_at=until)
    phone, address = Phone(stage, app), f"/first-password/{LINK}"
    yield "to choose", phone.browser.get(address)
    for name, password, again in (
        ("too short", "short", "short"),
        ("the login", "ben", "ben"),
        ("not the same", "three plain words", "three plain swords"),
    ):
        yield name, phone.browser.send(address, password=password, again=again)
    answer = phone.browser.send(address, password="three plain words", again="three plain words")
    yield "set", phone.browser.get(answer.headers["Location"])
    yield "used", phone.browser.get(address)


def in_between(stage: Stage, app: Flask) -> Iterator[State]:
    phone = Phone(stage, app)
    yield "changed", phone.browser.get("/0123456789")
    yield "cut", phone.browser.get("/012")
    yield "none waits", phone.browser.get("/check-in")
    yield "no page", phone.browser.get("/a/b")
    yield "no cookie", phone.browser.post("/sign-in", data={"login": "ada"})
    yield "too large", phone.browser.post("/", data={"digits": "1" * 10_000_000})
    yield "out", phone.browser.get("/signed-out")
    yield "somebody else", phone.browser.get("/not-you")
    phone.scan()
    stage.clock.go_on(minutes=60)
    yield "too old", phone.browser.get("/check-in")
    other, outage = Phone(stage, app), Outage(app, stage)
    for it in (phone, other):
        it.sign_in()
    phone.scan()
    outage.begin()
    yield "the register is away, and a scan waits", phone.browser.get("/check-in")
    yield "the register is away", other.browser.get("/account")
    outage.end()


def claiming(stage: Stage, app: Flask) -> Iterator[State]:
    """After check-in has closed: what somebody noted, and what it can turn out to be."""
    stage.add_lecture("twin", starts_at=stage.start - timedelta(days=1))
    stage.add_lecture("open", starts_at=stage.start + timedelta(minutes=65))
    phone, twins = Phone(stage, app), twin_digits(stage)
    stage.clock.set(11, 10)
    phone.sign_in("dee")
    yield "to say", phone.browser.get("/claims/new")
    yield "neither a session nor a code", say(phone)
    yield "no code", say(phone, noted="who knows")
    yield "of no screen", say(phone, "used", "000000")
    yield "of another session", say(phone, "by hand", stage.digits(at=stage.start))
    yield "of two", say(phone, noted=twins)
    yield "still open", say(phone, noted=stage.digits("open"))
    said = say(phone, "by hand").headers["Location"]
    yield "said", phone.browser.get(said)
    for _ in range(6):
        answer = say(phone, "used", "000000")
    yield "wait", answer
    stage.clock.go_on(days=7)
    phone.sign_in("dee")
    yield "said, and it stands", phone.browser.get(said)


def disputing(stage: Stage, app: Flask) -> Iterator[State]:
    stage.add_lecture("over", starts_at=stage.start - timedelta(hours=5))
    stage.put_in_register("ada", "absent", lecture="over")
    stage.put_in_register("ben", lecture="over")
    phone, page = Phone(stage, app), f"/record/{stage.ids['over']}"
    phone.sign_in()
    yield "not disputed", phone.browser.get(page)
    yield "nothing of the list", phone.browser.send(f"{page}/disputes", form_on=page, says="x")
    phone.browser.send(f"{page}/disputes", form_on=page, says="was_there")
    yield "disputed", phone.browser.get(page)
    phone.browser.send(f"{page}/disputes/withdraw", form_on=page)
    yield "taken back", phone.browser.get(page)
    phone.browser.send(f"{page}/disputes/reopen", form_on=page)
    decided = {"is_open": None, "closed_at": stage.clock(), "outcome": "kept", "reason_code": "nothing_found"}
    stage.change(wishes.dispute, stage.rows(wishes.dispute)[-1].id, **decided, decided_by_role="engagement_officer")
    yield "decided", phone.browser.get(page)


def asking(stage: Stage, app: Flask) -> Iterator[State]:
    phone = Phone(stage, app)
    phone.sign_in()
    for kind, about in (("objection", ""), ("correction", "name")):
        sent = phone.browser.send("/requests", kind=kind, about=about)
        yield f"{kind} sent", phone.browser.get(sent.headers["Location"])
    first, second = (row.id for row in stage.rows(wishes.student_request)[-2:])
    taken = phone.browser.send(f"/requests/{first}/withdraw", form_on="/requests")
    yield "taken back", phone.browser.get(taken.headers["Location"])
    phone.browser.send("/requests", kind="objection")
    yield "the same waits", phone.browser.send(f"/requests/{first}/ask-again", form_on="/requests")
    stage.change(
        wishes.student_request, second, closed_at=stage.clock(), outcome="upheld", helped_by_role="engagement_officer"
    )
    yield "answered meanwhile", phone.browser.send(f"/requests/{second}/withdraw", form_on="/requests")


def ending(stage: Stage, app: Flask) -> Iterator[State]:
    phone = Phone(stage, app)
    phone.sign_in(shared="yes")
    stage.clock.go_on(minutes=10)
    yield "ended", phone.browser.get("/account")
    yield "to begin again", phone.browser.get("/")


def every_address(stage: Stage, app: Flask) -> None:
    """Each page that is one address alone, asked for by Ada; `test_every_page` examines them, whoever asks."""
    phone, parts = Phone(stage, app), {"lecture_id": stage.ids["algorithms"], "month": "2026-11"}
    phone.sign_in()
    for row in TABLES["checkin"]:
        if row.method == "GET":
            phone.browser.get(re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(parts.get(part[1], 1)), row.rule))
