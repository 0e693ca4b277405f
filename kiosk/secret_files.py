"""Secrets as files that only their owner can read. Knows what they are called, not what they are for."""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from kiosk.settings import WINGS, SettingsProblem


def read_secret(path: Path, *, least: int = 32) -> str:
    """A secret from a file that only its owner (or a group of the owner's choosing) can read; a SettingsProblem else."""
    try:
        mode, value = path.stat().st_mode, path.read_text("utf-8").strip()
    except OSError as problem:
        raise SettingsProblem(f"The secret {path} is missing or out of reach. `kiosk init` makes it.") from problem
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise SettingsProblem(f"The secret {path} can be read by others (mode {mode & 0o777:o}). Run: chmod 600 {path}")
    if len(value) < least:
        raise SettingsProblem(f"The secret {path} is empty or too short. Remove it and run `kiosk init`.")
    return value


def write_secret(path: Path, value: str) -> None:
    """Make a secret file that nobody else can read, unless it is there already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(value + "\n")


def make_secrets(folder: Path) -> None:
    """Make whatever secret the instance folder does not have yet."""
    for name in (*WINGS, "factors"):
        write_secret(folder / "secrets" / f"{name}.key", secrets.token_urlsafe(48))
    write_secret(folder / "secrets" / "codes.toml", f'current = "k1"\n\n[keys]\nk1 = "{secrets.token_hex(32)}"')


def make_addresses(folder: Path, server: str, logins: Mapping[str, str]) -> None:
    """Make each party's address of a PostgreSQL database (`HOST/NAME`), by its login, with a password nobody has to know."""
    for party, login in logins.items():
        url = f"postgresql+psycopg://{login}:{secrets.token_urlsafe(24)}@{server}"
        write_secret(folder / "secrets" / f"{party}.database", url)


def make_redis_address(folder: Path, server: str) -> None:
    """Make the address of a Redis (`HOST:PORT`) by the login kiosk."""
    write_secret(folder / "secrets" / "redis.address", f"redis://kiosk:{secrets.token_urlsafe(24)}@{server}/0")
