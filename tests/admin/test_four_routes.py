"""Four ways to be recorded, equal in every count, record and chart: a scan, typed digits, one's word, a mark by staff."""

import re
from zoneinfo import ZoneInfo

import pytest

from kiosk.store.counts import turnouts
from kiosk.store.database import db
from kiosk.store.identity import Identity, identify
from kiosk.store.tables import register
from tests.admin.conftest import Desk, words
from tests.checkin.conftest import Phone
from tests.stage import Browser, Stage

ROUTES = ("qr", "digits", "word", "hand")
KNOWN_AS = {"ada": "Ada Lovelace", "ben": "Ben Okri", "cleo": "Cleo", "dan": "Dan"}
WHO = dict(zip(ROUTES, ("ada", "ben", "cleo", "dan"), strict=True))


def come_by_four_routes(stage: Stage, desk: Desk) -> None:
    """Ada scans, Ben types digits, Cleo says so and is taken at her word, Dan is marked by the lecturer."""
    for number, name in (("31000008", "cleo"), ("31000009", "dan")):
        stage.add_student(name, number, name.title(), "COMP1201")
    phones = {name: Phone(stage, stage.app("checkin")) for name in ("ada", "ben", "cleo")}
    phones["ada"].check_in("ada")
    phones["ben"].sign_in("ben")
    phones["ben"].type(stage.digits())
    stage.clock.set(10, 30)
    phones["cleo"].sign_in("cleo")
    lecture = stage.ids["algorithms"]
    phones["cleo"].browser.send("/claims", form_on="/claims/new", lecture=lecture)
    day = desk.sign_in("day")
    path = desk.lecture(rest="/register")
    for student, version in (("cleo", 1), ("dan", 0)):
        day.send(f"{path}/present", path, student=f"{stage.ids[student]}:{version}", status="present")


@pytest.fixture
def day(any_desk: Desk) -> Browser:
    come_by_four_routes(any_desk.stage, any_desk)
    any_desk.stage.clock.set(11, 30)
    return any_desk.sign_in("day")


def test_every_route_was_taken_and_every_status_is_the_same(any_desk: Desk, day: Browser) -> None:
    rows = any_desk.stage.rows(register.attendance)

    assert sorted(it.method for it in rows) == sorted(ROUTES)
    assert {it.status for it in rows} == {"present"}


def test_the_register_counts_and_shows_them_alike(any_desk: Desk, day: Browser) -> None:
    path = any_desk.lecture(rest="/register")
    text = day.send(f"{path}/names", path).text
    shown = re.findall(r'<span class="status[^"]*">([^<]*)</span>', text)

    assert "4</strong> of 4 recorded as present" in words(day.get(path))
    assert shown == ["Present"] * 4


def test_the_records_are_alike(any_desk: Desk, day: Browser) -> None:
    path = any_desk.lecture(rest="/register")
    about = {"purpose": "teaching", "lecture": any_desk.stage.ids["algorithms"]}
    records = []
    for name in WHO.values():
        text = day.send("/records/show", path, record=any_desk.stage.ids[name], **about).text
        main = text[text.index("<main") : text.index("</main>")]
        records.append(" ".join(re.sub("<[^>]*>", " ", main).replace(KNOWN_AS[name], "NAME").split()))

    assert "Present" in records[0]
    assert records == [records[0]] * 4


def test_no_page_of_the_register_says_by_which_route_somebody_came(any_desk: Desk, day: Browser) -> None:
    path = any_desk.lecture(rest="/register")
    text = words(day.send(f"{path}/names", path))

    assert not re.search(r"\bQR\b|scanned|typed digits|by hand", text)


def test_every_route_counts_once_among_those_who_were_there(any_desk: Desk, day: Browser) -> None:
    asking = Identity(any_desk.stage.ids["day"], any_desk.stage.clock(), ZoneInfo("Europe/London"))
    with any_desk.app.app_context():
        session = db.session()
        identify(session, asking)
        counts = turnouts(session, [any_desk.stage.ids["algorithms"]], any_desk.stage.start.date())

    assert counts == {any_desk.stage.ids["algorithms"]: (4, 4)}
