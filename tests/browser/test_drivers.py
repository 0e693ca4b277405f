"""Whoever lacks a browser is told which package has it, and `tests/prepare` installs that package."""

import contextlib
from pathlib import Path

import pytest

from tests.browser.drivers.display import display
from tests.browser.drivers.firefox import firefox
from tests.browser.drivers.lynx import lynx
from tests.browser.drivers.netsurf import netsurf
from tests.browser.drivers.program import program
from tests.browser.drivers.w3m import w3m
from tests.browser.drivers.webkit import webkit
from tests.servers import NotInstalled

INSTALLED = (Path(__file__).parents[1] / "requirements.apt").read_text().split("\n")

NEEDS = {
    "firefox-esr": lambda home: firefox(1),
    "webkit2gtk-driver": lambda home: webkit(1),
    "netsurf-gtk": lambda home: netsurf(1, ()),
    "w3m": lambda home: w3m(1),
    "lynx": lambda home: lynx(1),
    "xvfb": display,
}


@pytest.mark.parametrize("package", NEEDS)
def test_a_missing_browser_is_named_by_its_package(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    opened: contextlib.AbstractContextManager[object] = NEEDS[package](tmp_path)
    with pytest.raises(NotInstalled, match=f"^apt-get install {package}$"), opened:
        pass
    assert package in INSTALLED


@pytest.mark.parametrize("package", ["xdotool", "xclip"])
def test_what_moves_a_window_is_installed_too(package: str) -> None:
    assert program(package, package)
    assert package in INSTALLED
