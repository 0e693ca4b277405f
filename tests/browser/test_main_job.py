"""The main job, end to end: the projected page is read as a picture, and three browsers know nothing of each other."""

import re

import pytest

from kiosk.store.tables import register
from tests.browser.pages.office import Office
from tests.browser.pages.phone import Phone
from tests.browser.pages.screen import PROJECTOR, Screen
from tests.conftest import NewPage
from tests.house import House

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/[0-9A-HJKMNP-TV-Z]{10}")


@pytest.fixture
def screen(house: House, new_page: NewPage) -> Screen:
    """A lectern that a lecturer has paired from a phone, by the symbol on the screen."""
    lectern = Screen(new_page(viewport=PROJECTOR), house)
    lectern.open()
    lectern.wait_for_pairing()
    phone = Office(new_page(viewport={"width": 390, "height": 844}), house)
    phone.approve(lectern.scan(), "day", lectern.match_number())
    lectern.wait_for_code()
    return lectern


def is_in_register(house: House, student: str) -> bool:
    rows = house.stage.rows(register.attendance, register.attendance.c.student_id == house.stage.ids[student])
    return [row.lecture_id for row in rows] == [house.stage.ids["algorithms"]]


def test_a_scanned_code_checks_a_student_in_and_staff_see_who_is_there(
    screen: Screen, house: House, new_page: NewPage
) -> None:
    scanned = screen.scan()
    assert ADDRESS.fullmatch(scanned)
    phone = Phone(new_page(viewport={"width": 390, "height": 844}), house)
    phone.open(scanned)
    phone.sign_in("ada")
    phone.check_in()
    assert "You are checked in" in phone.text
    assert "as Ada Lovelace" in phone.text
    office = Office(new_page(), house)
    office.open()
    office.sign_in("day")
    office.prove("day")
    assert re.search(r"Ada Lovelace\s+Present", office.show_names(house.stage.ids["algorithms"]))
    assert is_in_register(house, "ada")


def test_the_next_code_is_pushed_and_checks_the_next_student_in(
    screen: Screen, house: House, new_page: NewPage
) -> None:
    following = screen.wait_for_another_code(than=screen.scan())
    assert ADDRESS.fullmatch(following)
    phone = Phone(new_page(), house)
    phone.open(following)
    phone.sign_in("ben")
    phone.check_in()
    assert "You are checked in" in phone.text
    assert is_in_register(house, "ben")


def test_typed_digits_do_the_same(screen: Screen, house: House, new_page: NewPage) -> None:
    phone = Phone(new_page(), house)
    phone.open()
    phone.sign_in("ada")
    phone.type_digits(" ".join(screen.digits()))
    assert "You are checked in" in phone.text
    assert is_in_register(house, "ada")


def test_all_of_it_works_with_scripts_off(house: House, new_page: NewPage) -> None:
    lectern = Screen(new_page(viewport=PROJECTOR, java_script_enabled=False), house)
    lectern.open()
    lectern.page.get_by_role("button").click()
    lectern.wait_for_pairing()
    phone = Office(new_page(java_script_enabled=False), house)
    phone.approve(lectern.scan(), "day", lectern.match_number())
    lectern.open()
    student = Phone(new_page(java_script_enabled=False), house)
    student.open(lectern.wait_for_code())
    student.sign_in("ada")
    student.check_in()
    assert "You are checked in" in student.text
    assert is_in_register(house, "ada")
    assert "Ada Lovelace" in phone_register(phone, house)


def phone_register(office: Office, house: House) -> str:
    office.prove("day")
    return office.show_names(house.stage.ids["algorithms"])


def test_two_screens_and_a_reload_agree(screen: Screen, house: House, new_page: NewPage) -> None:
    second = Screen(new_page(viewport=PROJECTOR), house)
    second.open()
    second.wait_for_pairing()
    Office(new_page(), house).approve(second.scan(), "day", second.match_number())
    second.wait_for_code()
    first = screen.wait_for_another_code(than=screen.scan())
    assert second.agrees_with(screen)
    screen.page.reload()
    # Where a slow machine reaches the next code meanwhile, the screen that was not reloaded shows that one.
    assert screen.wait_for_code() in (first, second.scan())
    assert second.agrees_with(screen)
