"""The form of an import: the files that were sent, in memory, and what is wrong with them as a whole. Knows no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from kiosk.admin.forms.words import one_line

MAX_BYTES = 64 * 2**20
MAX_FILES = 12
NAME_LENGTH = 80


@dataclass(frozen=True)
class Reading:
    files: dict[str, bytes]
    problem: str = ""


def read(sent: Sequence[tuple[str, BinaryIO]]) -> Reading:
    """The files by name. They are kept in memory: people's names have no business in a temporary folder."""
    named = [(_plain_name(name), stream) for name, stream in sent if name]
    if not named:
        return Reading({}, "Choose the CSV files first. You can choose several at once.")
    if len(named) > MAX_FILES:
        return Reading({}, f"Choose at most {MAX_FILES} files.")
    if len({name for name, _ in named}) < len(named):
        return Reading({}, "Two files have the same name. Send one of each kind.")
    return Reading({name: stream.read() for name, stream in named})


def _plain_name(name: str) -> str:
    """The name without the folders that some browsers send along."""
    return one_line(name.replace("\\", "/").rsplit("/", 1)[-1])[-NAME_LENGTH:] or "file"
