"""The open register in a real browser: marking by keyboard, counted key by key; groups, history, and what was half typed."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from kiosk.store.tables import register
from tests.admin.conftest import Desk, enter
from tests.admin.test_claims import claim_of
from tests.admin.test_curtain import assert_closed
from tests.admin.test_disputes import dispute
from tests.admin.test_register import check_in
from tests.browser.for_everybody import faults
from tests.conftest import NewPage
from tests.stage import START

COUNTING = """
window.counted = { keys: 0, clicks: 0 };
addEventListener("keydown", function (event) { if (event.isTrusted) { counted.keys += 1; } }, true);
addEventListener("click", function (event) { if (event.isTrusted && event.detail) { counted.clicks += 1; } }, true);
"""


TOO_SMALL = """
() => Array.from(document.querySelectorAll("main button, main a, main select, main textarea, main input, main label:has(input)"))
  .filter(it => it.offsetParent && !it.closest("label:has(input)") || it.matches("label:has(input)") && it.offsetParent)
  .map(it => [it.textContent.trim() || it.id, it.getBoundingClientRect()])
  .filter(([name, box]) => box.width < 44 || box.height < 44).map(([name, box]) => `${name} ${box.width}x${box.height}`)
"""


@pytest.fixture
def page(desk: Desk, staff_origin: str, new_page: NewPage) -> Iterator[Page]:
    """Dr Day's browser, signed in; a fault in a script fails the test."""
    problems: list[str] = []
    page = new_page(viewport={"width": 1280, "height": 900})
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
    enter(page, staff_origin, desk.stage)
    yield page
    assert problems == []


def go(page: Page, desk: Desk, origin: str) -> Locator:
    """Open the names; the field in which names are found."""
    page.goto(origin + desk.lecture(rest="/register"))
    page.get_by_role("button", name=re.compile(r"^Show \d+ names")).click()
    field = page.get_by_label("Mark by name")
    expect(field).to_be_focused()
    return field


def options(page: Page) -> Locator:
    """The names that fit what was typed."""
    return page.get_by_role("listbox", name="Names that fit").get_by_role("option")


def status_of(desk: Desk, student: str) -> str:
    rows = desk.stage.rows(register.attendance, register.attendance.c.student_id == desk.stage.ids[student])
    return rows[0].status if rows else ""


# The figure of the issue ---------------------------------------------------------------------------

MISSED = (
    "Adalbert Quist Beatrix Vonn Casimir Wyk Dorothea Xu Emmeline Yort Fitzgerald Zorn Gwendolyn Aske Hyacinth Bree "
    "Ignatius Crux Jacaranda Dorn Kunigunde Elp Lysander Fogg"
).split()
SHARING = [("Marlena Gild", "Marlon Gild"), ("Marvin Hull", "Marvella Hull"), ("Nathalie Ibe", "Nathan Ibe")]
SHARING += [("Oliver Jett", "Olivia Jett")]


def fill_hall(desk: Desk) -> list[str]:
    """A session of 300: 280 have checked in, twenty have not; eight of those share three letters with another of them."""
    alone = [f"{MISSED[place]} {MISSED[place + 1]}" for place in range(0, len(MISSED), 2)]
    missed = [*alone, *(name for pair in SHARING for name in pair)]
    with desk.stage.database.owner.begin() as connection:
        for number in range(298):
            known_as = missed[number] if number < 20 else f"Present Person{number}"
            values = {"number": f"S{number}", "login": f"s{number}", "known_as": known_as}
            key = connection.execute(register.student.insert().values(**values)).inserted_primary_key
            assert key is not None
            row = {"student_id": key[0], "module_id": desk.stage.ids["COMP1201"]}
            connection.execute(register.enrolment.insert().values(**row))
            if number >= 20:
                seen = {"status": "present", "method": "qr", "arrived_at": START}
                lecture = {"lecture_id": desk.stage.ids["algorithms"], "student_id": key[0]}
                connection.execute(register.attendance.insert().values(**lecture, **seen))
    for name in ("ada", "ben"):
        check_in(desk, name)
    return missed


def test_twenty_missed_students_of_three_hundred_take_at_most_110_keys_and_3_clicks(
    page: Page, desk: Desk, staff_origin: str
) -> None:
    missed = fill_hall(desk)
    page.goto(staff_origin + desk.lecture(rest="/register"))
    page.evaluate(COUNTING)
    page.get_by_role("button", name="Show 300 names").click()
    expect(page.get_by_label("Mark by name")).to_be_focused()

    for name in missed:
        page.keyboard.type(name[:3].lower())
        wanted = next(place for place, found in enumerate(options(page).all_inner_texts()) if found.startswith(name))
        for _ in range(wanted):
            page.keyboard.press("ArrowDown")
        with page.expect_response("**/register/present"):
            page.keyboard.press("Enter")
        expect(page.get_by_label("Mark by name")).to_have_value("")

    expect(page.locator("#present")).to_have_text("300")
    counted = page.evaluate("counted")
    assert counted["keys"] <= 110
    assert counted["clicks"] <= 3
    assert [row.status for row in desk.stage.rows(register.attendance)] == ["present"] * 300


@pytest.mark.parametrize("tool", ["Mark all present", "Accept all", "Take all in", "Not for this session"])
def test_from_the_first_page_an_act_for_many_takes_three_clicks(
    page: Page, desk: Desk, staff_origin: str, tool: str
) -> None:
    check_in(desk, status="unable_to_check_in")
    ids = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids["cy"]}
    desk.stage.add("", register.walk_in, **ids, method="qr", arrived_at=START)

    page.get_by_role("link", name="COMP1201").click()
    page.get_by_role("link", name="Register").click()
    page.get_by_role("button", name=tool).click()

    expect(page.get_by_text("The last change can be taken back.")).to_be_visible()


def test_the_proof_stands_beside_the_name_and_a_decline_has_an_undo(page: Page, desk: Desk, staff_origin: str) -> None:
    claim_of(desk.stage, "ada")
    go(page, desk, staff_origin)
    row = page.get_by_role("row").filter(has_text="Ada Lovelace")

    expect(row).to_contain_text("They noted the digits that were on the screen at 10:12.")
    with page.expect_response("**/register/claims"):
        row.get_by_role("button", name="Decline").click()
    expect(row).to_contain_text("Not recorded")
    with page.expect_response("**/register/undo"):
        row.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("Says they were there")


def test_what_is_disputed_says_so_counts_nowhere_and_is_left_to_the_office(
    page: Page, desk: Desk, staff_origin: str
) -> None:
    """Ada disputes that she was there, and Ben that he was not: neither is present or missing, and neither is marked here."""
    for name, status in (("ada", "present"), ("ben", "absent")):
        desk.stage.put_in_register(name, status)
        dispute(desk, who=name)
    field = go(page, desk, staff_origin)

    for name, said in (("Ada Lovelace", "Present, disputed"), ("Ben Okri", "Absent, disputed")):
        row = page.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text(said)
        expect(row.locator(".is-present")).to_have_count(0)
        expect(row).to_contain_text("The office decides")
        expect(row.get_by_role("button")).to_have_text(["Details"])
    counted = [page.locator(f"[data-count={which}]").inner_text() for which in ("all", "open", "present")]
    assert counted == ["2", "0", "0"]
    field.press_sequentially("okr")
    expect(options(page)).to_contain_text("Absent, disputed")


def test_a_row_that_became_disputed_meanwhile_is_not_marked_and_says_why(
    page: Page, desk: Desk, staff_origin: str
) -> None:
    desk.stage.put_in_register("ben", "absent")
    go(page, desk, staff_origin)
    dispute(desk, who="ben")

    page.get_by_role("button", name="Mark present: Ben Okri").click()

    expect(page.get_by_role("status")).to_contain_text("The student disputes this entry.")
    assert status_of(desk, "ben") == "absent"


def test_a_claim_that_became_disputed_meanwhile_is_shown_as_it_is_now(
    page: Page, desk: Desk, staff_origin: str
) -> None:
    claim_of(desk.stage, "ada")
    go(page, desk, staff_origin)
    row = page.get_by_role("row").filter(has_text="Ada Lovelace")
    expect(page.locator("[data-count=present]")).to_have_text("1")
    dispute(desk)

    row.get_by_role("button", name="Decline").click()

    expect(row).to_contain_text("Says they were there, disputed")
    expect(row).to_contain_text("The office decides")
    expect(page.locator("[data-count=present]")).to_have_text("0")


def test_from_the_first_page_a_session_with_an_outage_is_void_in_two_clicks(
    page: Page, desk: Desk, staff_origin: str
) -> None:
    page.get_by_role("link", name="COMP1201").click()
    page.get_by_role("button", name="Void").click()

    expect(page.get_by_text("Check-in did not work. It counts for nobody.")).to_be_visible()


# The field -----------------------------------------------------------------------------------------


def test_enter_marks_and_the_field_is_ready_for_the_next(page: Page, desk: Desk, staff_origin: str) -> None:
    field = go(page, desk, staff_origin)

    field.press_sequentially("lov")
    expect(options(page)).to_have_text(re.compile("Ada Lovelace"))
    field.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Ada Lovelace: Present.")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    assert status_of(desk, "ada") == "present"


def test_a_screen_reader_is_told_what_is_chosen(page: Page, desk: Desk, staff_origin: str) -> None:
    desk.stage.add_student("lo", "31000011", "Lou Reed", "COMP1201")
    field = go(page, desk, staff_origin)
    expect(field).to_have_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "false")

    field.press_sequentially("lo")

    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-activedescendant", "match-0")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "match-1")
    expect(page.locator("#match-1")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("listbox", name="Names that fit")).to_be_visible()
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "match-0")


def test_whoever_is_missing_comes_first(page: Page, desk: Desk, staff_origin: str) -> None:
    desk.stage.add_student("lo", "31000011", "Zed Lovell", "COMP1201")
    check_in(desk)
    field = go(page, desk, staff_origin)

    field.press_sequentially("lov")

    expect(options(page).first).to_have_text(re.compile("Zed Lovell"))


@pytest.mark.parametrize(
    ("typed", "name"), [("zoe", "Zoë Ångström"), ("ang", "Zoë Ångström"), ("عائ", "عائشة"), ("小", "林小姐")]
)
def test_names_are_found_whatever_the_accents_and_the_script(
    page: Page, desk: Desk, staff_origin: str, typed: str, name: str
) -> None:
    desk.stage.add_student("zo", "31000011", name, "COMP1201")
    field = go(page, desk, staff_origin)

    page.keyboard.insert_text(typed)
    expect(options(page)).to_have_count(1)
    field.press("Enter")

    expect(page.get_by_role("status")).to_have_text(f"{name}: Present.")
    assert status_of(desk, "zo") == "present"


def test_only_names_on_this_page_are_found(page: Page, desk: Desk, staff_origin: str) -> None:
    asked: list[str] = []
    field = go(page, desk, staff_origin)
    page.on("request", lambda request: asked.append(request.url))

    field.press_sequentially("young")

    expect(options(page)).to_have_count(0)
    field.press("Enter")
    assert asked == []


def test_a_click_on_a_name_marks_too(page: Page, desk: Desk, staff_origin: str) -> None:
    field = go(page, desk, staff_origin)

    field.press_sequentially("ben")
    options(page).click()

    expect(page.get_by_role("status")).to_have_text("Ben Okri: Present.")


def test_what_is_set_and_why_are_chosen_once(page: Page, desk: Desk, staff_origin: str) -> None:
    field = go(page, desk, staff_origin)

    page.get_by_label("As", exact=True).select_option("present_late")
    page.locator("#why").select_option("no_device")
    field.press_sequentially("ada")
    field.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Ada Lovelace: Present, late.")
    (change,) = desk.stage.rows(register.attendance_change)
    assert (change.status, change.reason_code) == ("present_late", "no_device")


def test_somebody_who_was_quicker_is_told_of_and_the_letters_come_back(
    page: Page, desk: Desk, staff_origin: str
) -> None:
    field = go(page, desk, staff_origin)
    check_in(desk, status="present_late")

    field.press_sequentially("lov")
    field.press("Enter")

    expect(page.get_by_role("status")).to_have_text(re.compile("Somebody else has just changed this row"))
    expect(page.locator("#names .row").filter(has_text="Ada Lovelace")).to_contain_text("Present, late")
    expect(field).to_have_value("lov")


# Groups, history, taking back ----------------------------------------------------------------------


def test_a_group_is_shown_by_itself_with_its_number(page: Page, desk: Desk, staff_origin: str) -> None:
    check_in(desk)
    field = go(page, desk, staff_origin)

    page.get_by_label(re.compile("Not yet recorded")).check()

    expect(page.locator("#names .row")).to_have_count(1)
    expect(page.locator("#names .row")).to_contain_text("Ben Okri")
    field.press_sequentially("ben")
    field.press("Enter")
    expect(page.locator("[data-count=open]")).to_have_text("0")
    expect(page.locator("[data-count=present]")).to_have_text("2")


def test_rows_are_sorted_by_name_or_by_status(page: Page, desk: Desk, staff_origin: str) -> None:
    check_in(desk)
    desk.stage.add_student("zoe", "31000012", "Zoe Zed", "COMP1201")
    check_in(desk, "zoe")
    go(page, desk, staff_origin)
    rows = page.locator("#names .row .name")
    expect(rows).to_have_text(["Ada Lovelace", "Ben Okri", "Zoe Zed"])

    page.get_by_label("Sort").select_option("By status")
    expect(rows).to_have_text(["Ben Okri", "Ada Lovelace", "Zoe Zed"])

    page.get_by_label("Sort").select_option("By name")
    expect(rows).to_have_text(["Ada Lovelace", "Ben Okri", "Zoe Zed"])


def test_what_a_student_did_is_taken_back_by_hand(page: Page, desk: Desk, staff_origin: str) -> None:
    check_in(desk)
    go(page, desk, staff_origin)
    row = page.locator("#names .row").filter(has_text="Ada Lovelace")

    row.get_by_role("button", name="Take back").click()

    expect(row.get_by_role("button", name="Undo")).to_be_focused()
    assert status_of(desk, "ada") == "not_recorded"


def test_a_history_opens_in_place_of_the_names_and_leads_back(page: Page, desk: Desk, staff_origin: str) -> None:
    check_in(desk)
    go(page, desk, staff_origin)

    page.get_by_role("button", name="Details: Ada Lovelace").click()

    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_focused()
    expect(page.get_by_text("The student", exact=True)).to_be_visible()
    page.get_by_role("button", name="Back to the names").click()
    expect(page.get_by_text("Ben Okri")).to_be_visible()
    expect(page.get_by_role("button", name="Details: Ada Lovelace")).to_be_focused()
    page.keyboard.press("Escape")
    assert_closed(page)


def test_a_record_opens_in_place_of_the_names_and_keeps_the_place(page: Page, desk: Desk, staff_origin: str) -> None:
    fill_hall(desk)
    go(page, desk, staff_origin)
    for _ in range(2):
        page.get_by_role("button", name=re.compile("^Show more")).click()
    page.get_by_role("button", name="Details: Present Person250").click()

    page.get_by_role("button", name="Attendance so far").click()

    expect(page.get_by_role("heading", name="Present Person250")).to_be_focused()
    expect(page.get_by_text("1 of 1 recorded")).to_be_visible()
    assert page.url == staff_origin + desk.lecture(rest="/register")
    page.get_by_role("button", name="Back to the names").click()
    expect(page.get_by_role("button", name="Details: Present Person250")).to_be_focused()
    expect(page.get_by_role("button", name="Details: Present Person250")).to_be_in_viewport()


# The list by keyboard ------------------------------------------------------------------------------


def test_the_list_is_one_stop_of_the_tab_key(page: Page, desk: Desk, staff_origin: str) -> None:
    go(page, desk, staff_origin)
    first = page.get_by_role("button", name="Mark present: Ada Lovelace")

    first.focus()
    page.keyboard.press("Tab")

    expect(page.locator("#names :focus")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(first).to_be_focused()


def test_arrows_go_from_row_to_row_and_from_button_to_button(page: Page, desk: Desk, staff_origin: str) -> None:
    go(page, desk, staff_origin)
    page.get_by_role("button", name="Mark present: Ada Lovelace").focus()

    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Details: Ada Lovelace")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Details: Ben Okri")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.get_by_role("button", name="Mark present: Ben Okri")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Mark present: Ben Okri")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo: Ada Lovelace")).to_be_focused()


def test_down_from_the_last_row_that_is_drawn_draws_the_next(page: Page, desk: Desk, staff_origin: str) -> None:
    fill_hall(desk)
    go(page, desk, staff_origin)
    page.locator("#names .row").nth(99).get_by_role("button").last.focus()

    page.keyboard.press("ArrowDown")

    expect(page.locator("#names .row")).to_have_count(200)
    expect(page.locator("#names .row").nth(100).get_by_role("button").last).to_be_focused()


def test_people_of_one_name_are_told_apart_wherever_they_are_named(page: Page, desk: Desk, staff_origin: str) -> None:
    for student, number in (("ab", "31000011"), ("ac", "31000012")):
        desk.stage.add_student(student, number, "Abe Namesake", "COMP1201")
    field = go(page, desk, staff_origin)

    field.press_sequentially("abe")
    expect(options(page)).to_have_text([re.compile(r"\(1 of 2\)"), re.compile(r"\(2 of 2\)")])
    field.press("ArrowDown")
    field.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Abe Namesake (2 of 2): Present.")
    assert (status_of(desk, "ab"), status_of(desk, "ac")) == ("", "present")


@pytest.mark.parametrize("width", [320, 1280])
def test_whatever_can_be_touched_is_44_pixels_high_and_wide(
    page: Page, desk: Desk, staff_origin: str, width: int
) -> None:
    ids = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids["cy"]}
    desk.stage.add("", register.walk_in, **ids, method="qr", arrived_at=START)
    page.set_viewport_size({"width": width, "height": 900})
    go(page, desk, staff_origin)

    small = page.evaluate(TOO_SMALL)

    assert small == []


def test_a_history_asked_for_first_opens_behind_the_curtain(page: Page, desk: Desk, staff_origin: str) -> None:
    page.goto(staff_origin + desk.lecture(rest="/register"))

    page.get_by_role("button", name="Show what was changed, and by whom").click()

    expect(page.get_by_text("Nobody has changed anything here by hand.")).to_be_visible()
    expect(page.get_by_text("Names are showing.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Nobody has changed anything here by hand.")).to_have_count(0)


def test_a_walk_in_is_taken_in_from_the_open_register(page: Page, desk: Desk, staff_origin: str) -> None:
    ids = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids["cy"]}
    desk.stage.add("", register.walk_in, **ids, method="qr", arrived_at=START)
    go(page, desk, staff_origin)

    page.locator("#names .row").filter(has_text="Cy Young").get_by_role("button", name="Take in").click()

    expect(page.locator("#names .row").filter(has_text="Cy Young")).to_contain_text("Taken in")
    assert status_of(desk, "cy") == "present"


# What was half typed -------------------------------------------------------------------------------


def test_letters_half_typed_survive_the_curtain_and_come_back_with_one_key(
    page: Page, desk: Desk, staff_origin: str
) -> None:
    field = go(page, desk, staff_origin)
    field.press_sequentially("lov")

    page.keyboard.press("Escape")
    assert_closed(page)
    assert page.locator("#find").input_value() == ""
    page.keyboard.press("Enter")

    expect(field).to_have_value("lov")
    expect(field).to_be_focused()
    expect(options(page)).to_have_text(re.compile("Ada Lovelace"))


def test_after_two_minutes_they_are_gone(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    page = new_page()
    page.clock.install()
    enter(page, staff_origin, desk.stage)
    field = go(page, desk, staff_origin)
    field.press_sequentially("lov")
    page.keyboard.press("Escape")
    page.clock.run_for(120_000)

    page.keyboard.press("Enter")

    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_numbers_half_pasted_are_put_away_and_come_back_with_one_key(page: Page, desk: Desk, staff_origin: str) -> None:
    page.goto(staff_origin + desk.lecture(rest="/register"))
    pasted = page.get_by_label("Student numbers of those who were there")
    pasted.fill("31000001")

    page.evaluate("window.dispatchEvent(new Event('blur'))")
    away = pasted.input_value()
    page.keyboard.press("Shift")

    assert (away, pasted.input_value()) == ("", "31000001")


def test_nothing_is_kept_in_the_browser(page: Page, desk: Desk, staff_origin: str) -> None:
    field = go(page, desk, staff_origin)
    field.press_sequentially("lov")
    page.keyboard.press("Escape")

    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert "Lovelace" not in page.content()


# For everybody ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_register_its_details_or_its_history(
    page: Page, desk: Desk, staff_origin: str, scheme: Literal["light", "dark"]
) -> None:
    ids = {"lecture_id": desk.stage.ids["algorithms"], "student_id": desk.stage.ids["cy"]}
    desk.stage.add("", register.walk_in, **ids, method="qr", arrived_at=START)
    page.emulate_media(color_scheme=scheme)
    field = go(page, desk, staff_origin)
    field.press_sequentially("ada")
    found = faults(page, "light")
    field.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Ada Lovelace: Present.")

    page.get_by_role("button", name="Details: Ada Lovelace").click()
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_focused()
    found += faults(page, "light")
    page.get_by_role("button", name="Show what was changed, and by whom").click()
    expect(page.get_by_role("heading", name="What was changed")).to_be_focused()
    found += faults(page, "light")

    assert found == []


# At any width --------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_sideways(page: Page, desk: Desk, staff_origin: str, width: int) -> None:
    desk.stage.add_student("long", "31000011", "W" * 200, "COMP1201")
    page.set_viewport_size({"width": width, "height": 700})
    go(page, desk, staff_origin).press_sequentially("w")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_can_be_done_without_script(desk: Desk, staff_origin: str, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    enter(page, staff_origin, desk.stage)
    page.goto(staff_origin + desk.lecture(rest="/register"))
    page.get_by_role("button", name="Show 2 names").click()

    page.get_by_label("A few letters of a name").fill("okr")
    page.get_by_role("button", name="Find").click()
    page.get_by_label(re.compile("Ben Okri")).check()
    page.get_by_role("button", name="Mark", exact=True).click()

    expect(page.get_by_role("status")).to_have_text("Present.")
    assert status_of(desk, "ben") == "present"
