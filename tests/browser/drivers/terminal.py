"""Browsers that draw text in a terminal: the keyboard is a line of bytes, and the screen is drawn again from what they say."""

import contextlib
import os
import select
import signal
import subprocess
import termios
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyte

from tests.browser.drivers.driver import Driver, NotThere, Part, becomes, one_line
from tests.servers import end, in_the_account

ROWS, COLUMNS = 60, 120
TAB, ENTER = "\t", "\r"
BUTTON = "(BUTTON) "
"""What lynx writes in front of one."""

MOST_STEPS = 200
DEAD_END_SECONDS = 3
LULL_SECONDS = 0.05
"""What is drawn in one go has no longer gap. If it has, a look sees half of it, and the next one the rest."""


class Terminal:
    """A terminal of a fixed size with one program in it."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)

    def send(self, keys: str) -> None:
        os.write(self.line, keys.encode())

    def look(self) -> list[str]:
        """The screen's rows, after all that has been drawn."""
        while select.select([self.line], [], [], LULL_SECONDS)[0]:
            try:
                self.stream.feed(os.read(self.line, 65536))
            except OSError:
                raise NotThere("The browser has ended.\n" + "\n".join(self.screen.display)) from None
        return [row.rstrip() for row in self.screen.display]

    def seen(self) -> tuple[int, int, list[str]]:
        """Where the cursor is, and what is on the screen."""
        rows = self.look()
        return self.screen.cursor.y, self.screen.cursor.x, rows


@contextlib.contextmanager
def terminal(command: Sequence[str], given: Mapping[str, str], home: Path) -> Iterator[Terminal]:
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (ROWS, COLUMNS))
    # setsid makes this terminal the one that the program may ask for by name.
    process = subprocess.Popen(
        ["setsid", "--ctty", *in_the_account(None, command)],
        cwd=home,
        env={**given, "TERM": "linux"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield Terminal(ours)
    finally:
        end(process, signal.SIGTERM)
        os.close(ours)


class TextDriver(Driver):
    """Parts are reached by the Tab key, until the cursor stands at the words that are wanted."""

    to_the_top = ""
    """The key that leads to the top of the page, where Tab does not go round."""

    def __init__(self, opened: Terminal) -> None:
        self.terminal = opened

    @property
    def words(self) -> str:
        return one_line(" ".join(self.terminal.look()))

    @abstractmethod
    def enter(self, text: str) -> None:
        """Type into the field at which the cursor stands."""

    def fill(self, field: Part, text: str) -> None:
        self.reach(lambda before, behind: before.rstrip("[ ").endswith(field.label), field.label)
        self.enter(text)

    def tick(self, box: Part) -> None:
        self.reach(lambda before, behind: behind.lstrip("[ ]").startswith(box.label), box.label)
        self.terminal.send(ENTER)

    def press(self, button: Part) -> None:
        self.reach(lambda before, behind: behind.strip().removeprefix(BUTTON).startswith(button.label), button.label)
        self.terminal.send(ENTER)

    def follow(self, link: Part) -> None:
        self.press(link)

    def reach(self, is_there: Callable[[str, str], bool], label: str) -> None:
        """Press Tab until the row before and behind the cursor is as wanted."""
        for _ in range(MOST_STEPS):
            row, column, rows = self.terminal.seen()
            if is_there(rows[row][:column], rows[row][column:]):
                return
            self.step()
        raise NotThere(f"No {label!r} is reached:\n" + "\n".join(self.terminal.look()))

    def step(self) -> None:
        """On to the next part. Where there is none, whatever is looked for was missed, or is further up."""
        before = self.terminal.seen()
        self.terminal.send(TAB)
        if not becomes(lambda: self.terminal.seen() != before, DEAD_END_SECONDS):
            self.terminal.send(self.to_the_top)
