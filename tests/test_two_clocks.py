"""The process of the screens and that of the check-ins go by clocks two seconds apart: what is scanned at a change counts."""

from urllib.parse import urlsplit

import pytest
import requests
import socketio

from kiosk.store.tables import register
from tests.deploy.visitors import scan
from tests.house import House
from tests.plain_browser import PlainBrowser
from tests.stage import PASSWORD
from tests.test_async_modes import paired


@pytest.mark.parametrize("seconds_ahead", ["2", "-2"])
def test_both_codes_of_a_change_count_where_clocks_are_two_seconds_apart(house: House, seconds_ahead: str) -> None:
    with house.beside("tests.apart", has_own_address=True, SECONDS_AHEAD=seconds_ahead) as screens_process:
        screen = paired(screens_process)
        with requests.Session() as session, socketio.SimpleClient(http_session=session) as client:
            client.connect(
                screens_process.origin,
                headers={"Cookie": screen.cookies},
                socketio_path="/display/socket.io",
                transports=["websocket"],
            )
            before = dict(client.receive(timeout=15)[1])
            after = before
            while after["step"] == before["step"]:
                after = dict(client.receive(timeout=15)[1])
            for login, frame in (("ada", after), ("ben", before)):
                check_in(house, login, urlsplit(scan(frame)).path)
    who = {row.student_id for row in house.stage.rows(register.attendance)}
    assert who == {house.stage.ids["ada"], house.stage.ids["ben"]}


def check_in(house: House, login: str, scanned: str) -> None:
    phone = PlainBrowser(house.origin)
    phone.get(scanned)
    phone.send("/sign-in", login=login, password=PASSWORD)
    phone.send("/check-in", lecture=str(house.stage.ids["algorithms"]))
