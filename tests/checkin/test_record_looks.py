"""Who looked at one's record: at once, by role and never by name, routine looks in one entry, and what is held back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from kiosk.checkin import look_words
from kiosk.domain.access_log import Act, Data, Entry, Purpose
from kiosk.domain.permissions import Width
from kiosk.store.doors import access_log as door
from kiosk.store.tables import wishes
from kiosk.store.transactions import transaction
from tests.checkin.conftest import Phone
from tests.checkin.past import signed_in
from tests.stage import Stage
from tests.walls.acting import sign_in

append = transaction(door.append)


def look(stage: Stage, act: Act = Act.VIEW_STUDENT, *, who: str = "ada", **about: Any) -> int:
    """An entry about a student, by Dr Day unless it says otherwise; its number."""
    made = {
        "at": stage.clock(), "staff_id": stage.ids["day"], "role": "lecturer", "scope": "own", "act": act,
        "purpose": Purpose.TEACHING, "thing": "record", "thing_id": 0, "data": "record", "outcome": "shown",
        "request": "r", "subjects": frozenset({stage.ids[who]}),
    }  # fmt: skip
    with stage.database.asking(stage.ids["day"]) as session:
        return append(session, Entry(**{**made, **about}))


def roster(stage: Stage, lecture: str = "algorithms", **about: Any) -> int:
    """An entry of a register that was opened."""
    at = {"thing": "lecture", "thing_id": stage.ids[lecture], "data": "names and statuses"}
    return look(stage, Act.VIEW_ROSTER, **{**at, **about})


def hold_back(stage: Stage, entry_id: int, **ahead: float) -> None:
    values = {"entry_id": entry_id, "reason": "investigation", "until": stage.clock() + timedelta(**ahead)}
    by = {"set_by": stage.ids["dot"], "set_at": stage.clock()}
    with stage.database.owner.begin() as connection:
        connection.execute(insert(wishes.log_delay).values(**values, **by))


def entries(phone: Phone, path: str = "/record/looks") -> list[str]:
    """What the page says of each entry, without markup."""
    found = re.findall(r'<ul class="entries">(.*?)</ul>', phone.read(path))
    items = [item for part in found for item in re.findall("<li[^>]*>(.*?)</li>", part)]
    return [" ".join(re.sub("<[^>]+>", " ", item).split()).replace(" :", ":") for item in items]


def test_a_register_that_was_opened_is_there_in_the_same_minute(any_phone: Phone) -> None:
    register = f"/lectures/{any_phone.stage.ids['algorithms']}/register"
    sign_in(any_phone.stage, "admin", "day").send(f"{register}/names", register)

    assert entries(signed_in(any_phone)) == [
        "Opened a register with your name: COMP1201, Tuesday 24 November, 10:00 "
        "Lecturer, in sessions they teach or stand in for. What for: teaching. Tuesday 24 November, 10:02."
    ]


def test_nobody_on_the_staff_is_named(any_phone: Phone) -> None:
    register = f"/lectures/{any_phone.stage.ids['algorithms']}/register"
    sign_in(any_phone.stage, "admin", "day").send(f"{register}/names", register)

    text = signed_in(any_phone).read("/record/looks")

    assert [it for it in ("Dr Day", ">day<", f"staff {any_phone.stage.ids['day']}") if it in text] == []


def test_looks_at_one_register_are_one_entry_with_their_times(any_phone: Phone) -> None:
    stage = any_phone.stage
    for minute in (5, 20, 50):
        stage.clock.set(10, minute)
        roster(stage)
    look(stage)

    one, other = entries(signed_in(any_phone))

    assert "3 times: Tuesday 24 November, 10:50; Tuesday 24 November, 10:20; Tuesday 24 November, 10:05." in other
    assert one.startswith("Looked at your record Lecturer")


@pytest.mark.parametrize(
    "other", [{"lecture": "silk"}, {"role": "module_lead"}, {"data": "history of changes"}, {"outcome": "refused"}]
)
def test_what_differs_is_an_entry_of_its_own(phone: Phone, other: dict[str, Any]) -> None:
    roster(phone.stage)
    roster(phone.stage, **other)

    assert len(entries(signed_in(phone))) == 2


def test_looks_at_one_student_are_entries_of_their_own(phone: Phone) -> None:
    look(phone.stage)
    look(phone.stage)

    assert len(entries(signed_in(phone))) == 2


def test_broken_glass_stands_out_and_says_what_it_means(any_phone: Phone) -> None:
    look(any_phone.stage, Act.BREAK_GLASS, purpose=Purpose.SAFETY, scope="one", outcome="opened")

    text = signed_in(any_phone).read("/record/looks")

    assert '<li class="glass">' in text
    assert "Broke the glass to open your record" in text
    assert "For 15 minutes somebody opened it all the same" in text
    assert "What for: somebody’s safety." in text


def test_who_was_refused_is_there_too(any_phone: Phone) -> None:
    stage = any_phone.stage
    look(stage, Act.DENY, data="record:read", outcome="refused")
    look(stage, Act.BREAK_GLASS, outcome="refused")

    glass, denied = entries(signed_in(any_phone))

    assert "Asked for something about you, and was refused" in denied
    assert "What for" not in denied
    assert "Tried to break the glass to open your record, and was refused" in glass
    assert "15 minutes" not in glass


def test_sponsor_duty_is_said_in_full_to_the_student(phone: Phone) -> None:
    look(phone.stage, role="visa_officer", scope="list", purpose=Purpose.SPONSOR_DUTY)

    assert "Visa compliance officer, of students on a list they brought" in entries(signed_in(phone))[0]
    assert "What for: immigration compliance, sponsor duty." in entries(phone)[0]


def test_an_entry_that_is_held_back_comes_back_by_itself(any_phone: Phone) -> None:
    stage = any_phone.stage
    look(stage)
    hold_back(stage, look(stage, role="personal_tutor"), hours=24)

    held = entries(signed_in(any_phone))
    stage.clock.go_on(hours=23, minutes=59, seconds=59)
    still = entries(any_phone)
    stage.clock.go_on(seconds=1)

    assert [len(held), len(still), len(entries(any_phone))] == [1, 1, 2]
    assert "Personal tutor" in entries(any_phone)[0]
    assert "Held back from you until Wednesday 25 November." in entries(any_phone)[0]


def test_what_is_about_somebody_else_is_not_there(any_phone: Phone) -> None:
    roster(any_phone.stage, who="ben")

    assert "Nobody has looked at anything about you yet" in signed_in(any_phone).read("/record/looks")


def test_the_page_says_that_there_may_be_more(phone: Phone) -> None:
    assert "the data-protection officer can hold an entry back for at most 90 days" in signed_in(phone).read(
        "/record/looks"
    )


def test_fifty_entries_make_a_page(phone: Phone) -> None:
    for _ in range(101):
        look(phone.stage)
    signed_in(phone)

    assert [len(entries(phone, f"/record/looks?page={it}")) for it in range(3)] == [50, 50, 1]
    assert phone.browser.get("/record/looks?page=3").status_code == 404


def test_a_stranger_is_turned_away(phone: Phone) -> None:
    look(phone.stage)

    assert phone.browser.get("/record/looks").status_code == 404


def test_every_act_and_purpose_and_width_has_words(phone: Phone) -> None:
    for act in Act:
        look(phone.stage, act)
    for purpose in Purpose:
        look(phone.stage, purpose=purpose)

    assert len(entries(signed_in(phone))) == len(Act) + len(Purpose)
    assert set(look_words._SCOPES) == set(Width) - {Width.DEPARTMENT}


@pytest.mark.parametrize("data", Data)
def test_each_class_of_data_that_is_told_apart_has_words_of_its_own(phone: Phone, data: Data) -> None:
    for act in Act:
        look(phone.stage, act, data=data)
        look(phone.stage, act, data="something else", thing="other")

    said = [re.sub(" Lecturer,.*", "", it) for it in entries(signed_in(phone))]

    assert len(set(said)) > len(Act)


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("own", "in sessions they teach or stand in for"),
        ("department:Computing", "in the department Computing"),
        (
            "department:Computer Science own",
            "in the department Computer Science, in sessions they teach or stand in for",
        ),
        ("department:All Souls department:own goals", "in the department All Souls, in the department own goals"),
        ("all", "everywhere"),
        ("", ""),
    ],
)
def test_how_far_a_role_reached_is_said_in_words(phone: Phone, scope: str, said: str) -> None:
    look(phone.stage, scope=scope)

    assert f"Lecturer{', ' + said if said else ''}. What for" in entries(signed_in(phone))[0]
