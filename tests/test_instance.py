"""A missing or open secret is a refusal to start that says what to do; no secret has a default."""

import os
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.instance import Instance
from kiosk.secret_files import make_secrets
from kiosk.settings import ServerLimits, SettingsProblem

TOML = """
[institution]
name = "University of Barchester"
time_zone = "Europe/London"
[addresses]
display = "https://screens.example.ac.uk/"
checkin = "https://in.example.ac.uk"
admin = "https://staff.example.ac.uk/admin"
[database]
sqlite = "kiosk.sqlite"
checkin = "postgresql+psycopg://kiosk_checkin@db/kiosk"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kiosk.toml").write_text(TOML)
    (tmp_path / "kiosk.toml").chmod(0o644)
    make_secrets(tmp_path)
    return tmp_path


def test_each_wing_has_a_key_and_a_database_of_its_own(folder: Path) -> None:
    instance = Instance(folder)
    wings = [instance.display(), instance.checkin(), instance.admin()]
    assert len({wing.secret_key for wing in wings}) == 3
    assert instance.checkin().database_url == "postgresql+psycopg://kiosk_checkin@db/kiosk"
    assert instance.display().database_url == f"sqlite:///{folder.resolve()}/kiosk.sqlite"


def test_a_wing_knows_where_it_is_mounted(folder: Path) -> None:
    instance = Instance(folder)
    assert instance.display().addresses.display == "https://screens.example.ac.uk"
    assert instance.admin().mount == "/admin"
    assert instance.checkin().is_secure


@pytest.mark.parametrize(("month", "day"), [(1, 31), (7, 32)])
def test_a_day_is_the_institutions(folder: Path, month: int, day: int) -> None:
    late = datetime(2026, month, 31, 23, 30, tzinfo=UTC)  # in July it is tomorrow in Britain
    assert Instance(folder).institution.day_of(late) == date(2026, month, 1) + timedelta(days=day - 1)


@pytest.mark.parametrize("name", ["admin.key", "codes.toml"])
def test_a_missing_secret_stops_the_start(folder: Path, name: str) -> None:
    (folder / "secrets" / name).unlink()
    with pytest.raises(SettingsProblem, match=rf"{name} is missing.*kiosk init"):
        Instance(folder).admin()


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o666])
def test_a_secret_others_can_read_or_write_stops_the_start(folder: Path, mode: int) -> None:
    (folder / "secrets" / "admin.key").chmod(mode)
    with pytest.raises(SettingsProblem, match="chmod 600"):
        Instance(folder).admin()


def test_an_empty_secret_stops_the_start(folder: Path) -> None:
    (folder / "secrets" / "admin.key").write_text("\n")
    with pytest.raises(SettingsProblem, match="too short"):
        Instance(folder).admin()


def test_secrets_are_made_once_and_for_their_owner_alone(folder: Path) -> None:
    before = (folder / "secrets" / "codes.toml").read_text()
    make_secrets(folder)
    assert (folder / "secrets" / "codes.toml").read_text() == before
    assert {path.stat().st_mode & 0o777 for path in (folder / "secrets").iterdir()} == {0o600}


def test_secrets_are_not_in_what_a_log_would_print(folder: Path) -> None:
    settings = Instance(folder).checkin()
    assert settings.secret_key not in repr(settings)
    assert settings.master.keys["k1"].hex() not in repr(settings)
    assert repr(settings.master.keys["k1"]) not in repr(settings)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("Europe/London", "Europe/Atlantis", "time zone"),
        ("https://in.example", "in.example", "not an http"),
        ('[institution]\nname = "University of Barchester"', "[institution", "can't be read"),
        ('admin = "https', 'administration = "https', "no 'admin'"),
        ("[database]", "[codes]\nqr_step = 3\n[database]", "qr_step"),
        ("[database]", '[server]\nasync_mode = "twisted"\n[database]', "twisted"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(folder: Path, was: str, becomes: str, says: str) -> None:
    path = folder / "kiosk.toml"
    path.write_text(path.read_text().replace(was, becomes))
    with pytest.raises(SettingsProblem, match=says):
        Instance(folder).admin()


def with_server(folder: Path, text: str) -> Instance:
    path = folder / "kiosk.toml"
    path.write_text(TOML + f"[server]\n{text}\n")
    return Instance(folder)


def test_the_listeners_limits_are_settings(folder: Path) -> None:
    limits = with_server(folder, "backlog = 100\nidle_seconds = 5").limits
    assert limits == ServerLimits(backlog=100, idle_seconds=5)


def test_every_limit_of_the_listener_is_a_setting_with_a_line_in_the_docs(folder: Path) -> None:
    names = [it.name for it in fields(ServerLimits)]
    docs = (Path(__file__).parents[1] / "docs" / "settings.md").read_text()
    assert with_server(folder, "\n".join(f"{name} = 1" for name in names)).limits == ServerLimits(*[1] * len(names))
    assert [name for name in names if f"| `{name}` | {getattr(ServerLimits, name)} |" not in docs] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("backlog = 0", "backlog in kiosk.toml is a whole number from 1 to 65535, not 0"),
        ("max_connections = 2.5", "max_connections .* not 2.5"),
        ('idle_seconds = "30"', "idle_seconds .* not '30'"),
        ("work_threads = true", "work_threads .* not True"),
        ("stop_seconds = 601", "from 1 to 600, not 601"),
        ("idle_second = 3", "and no idle_second"),
    ],
)
def test_a_limit_that_cannot_be_used_is_said(folder: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsProblem, match=says):
        _ = with_server(folder, text).limits


@pytest.mark.parametrize("given", ["-1", '"one"'])
def test_a_number_of_proxies_that_is_none_is_said(folder: Path, given: str) -> None:
    with pytest.raises(SettingsProblem, match="trusted_proxies in kiosk.toml is a whole number from 0 to 10"):
        with_server(folder, f"trusted_proxies = {given}").admin()


def test_no_instance_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="kiosk init"):
        Instance(tmp_path)


def test_the_environment_names_a_database_without_writing_it_down(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "KIOSK_DATABASE_ADMIN", "postgresql+psycopg://kiosk_admin:pw@db/kiosk")
    assert Instance(folder).admin().database_url.endswith(":pw@db/kiosk")


def test_an_address_with_a_password_is_a_secret_file_of_its_own(folder: Path) -> None:
    url = "postgresql+psycopg://kiosk_checkin:pw@db/kiosk"
    (folder / "secrets" / "checkin.database").write_text(url)
    (folder / "secrets" / "checkin.database").chmod(0o600)
    assert Instance(folder).checkin().database_url == url


def test_what_systemd_hands_over_comes_before_the_folder_of_all_secrets(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = tmp_path_factory.mktemp("handed")
    for name in ("display.key", "redis.address"):
        (handed / name).write_text(f"handed over to the display: {name}")
        (handed / name).chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    settings = Instance(folder).display()
    assert settings.secret_key == "handed over to the display: display.key"
    assert settings.redis_url == "handed over to the display: redis.address"


@pytest.mark.parametrize(
    ("mode", "url", "is_fine"),
    [
        (0o600, "kiosk_admin:pw@db", True),
        (0o644, "kiosk_admin:pw@db", False),
        (0o644, "kiosk_admin@db", True),
        (0o666, "kiosk_admin@db", False),
    ],
)
def test_settings_with_a_password_are_their_owners_alone(folder: Path, mode: int, url: str, is_fine: bool) -> None:
    path = folder / "kiosk.toml"
    path.write_text(path.read_text() + f'admin = "postgresql+psycopg://{url}/kiosk"\n')
    path.chmod(mode)
    if is_fine:
        Instance(folder)
    else:
        with pytest.raises(SettingsProblem, match="chmod 600"):
            Instance(folder)


def with_notice(folder: Path, text: str) -> Instance:
    path = folder / "kiosk.toml"
    path.write_text(TOML + text)
    return Instance(folder)


def test_the_notice_is_in_the_institutions_words_and_in_welsh_where_it_says_so(folder: Path) -> None:
    text = '[notice]\npolicy_name = "the Policy"\nkept = "six years"\n[notice.cy]\npolicy_name = "y Polisi"\n'
    notices = with_notice(folder, text).checkin().notices

    assert [(notices[it].policy_name, notices[it].kept) for it in ("en", "cy")] == [
        ("the Policy", "six years"),
        ("y Polisi", "six years"),
    ]
    assert Instance(folder).notices["en"].basis == ""


def test_a_professional_body_has_words_of_its_own_and_in_welsh_where_it_says_so(folder: Path) -> None:
    text = '[notice.professional_body]\nname = "the BCS"\nkept = "six years"\n[notice.cy.professional_body]\nname = "y BCS"\n'
    notices = with_notice(folder, text).checkin().notices
    bodies = [notices[it].professional_body for it in ("en", "cy")]

    assert [(it.name, it.kept) for it in bodies] == [("the BCS", "six years"), ("y BCS", "six years")]
    assert not notices["en"].is_known


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('kept = "one two three four five six seven eight nine ten eleven"', "at most 10 words"),
        ('policy_address = "rules.example.ac.uk"', "http or https address"),
        ('policy_address = "javascript:alert(1)"', "http or https address"),
        ('policy = "x"', "and nothing else"),
        ('name = "x"', "and nothing else"),
        ('policy_name = "one two three four five six seven"', "at most 6 words"),
        ('[notice.professional_body]\nbody = "x"', r"\[notice.professional_body\] .* has name, .* and nothing else"),
        ('[notice.cy.professional_body]\nname = "a b c d e f g h"', r"\[notice.professional_body\] .* at most 7 words"),
        ('[notice.professional_body]\npolicy_address = "x"', "http or https address"),
    ],
)
def test_a_notice_that_would_not_fit_a_phone_stops_the_start(folder: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsProblem, match=says):
        with_notice(folder, f"[notice]\n{text}\n").checkin()
