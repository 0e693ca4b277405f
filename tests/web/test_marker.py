"""How far the screen marker is carried: to every host that screens and staff share a domain with, and no further."""

import pytest

from kiosk.settings import Addresses
from kiosk.web.marker import shared_domain


@pytest.mark.parametrize(
    ("display", "admin", "domain"),
    [
        ("https://screens.kiosk.soton.ac.uk", "https://staff.kiosk.soton.ac.uk", "kiosk.soton.ac.uk"),
        ("https://screens.soton.ac.uk", "https://staff.kiosk.soton.ac.uk", "soton.ac.uk"),
        ("http://127.0.0.1:8000/display", "http://127.0.0.1:8000/admin", None),
        ("https://kiosk.soton.ac.uk/display", "https://kiosk.soton.ac.uk/admin", None),
        ("https://screens.example.org", "https://staff.example.com", None),
        ("https://one.uk", "https://two.uk", None),
    ],
)
def test_the_marker_is_carried_as_far_as_the_two_hosts_agree(display: str, admin: str, domain: str | None) -> None:
    assert shared_domain(Addresses(display, "https://in.soton.ac.uk", admin)) == domain
