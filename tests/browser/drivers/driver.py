"""What any browser can do for a test: open, read, fill in, press, follow. Knows no browser and no page of Kiosk's."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

PATIENCE_SECONDS = 30
LOOK_AGAIN_SECONDS = 0.03


class NotThere(Exception):
    """What was looked for, and what the browser showed instead."""


@dataclass(frozen=True)
class Part:
    """A field, button or link: by the words on the page, and by a selector for the browser that can't find words."""

    label: str
    css: str


class Driver(ABC):
    """One browser with one window."""

    @abstractmethod
    def open(self, address: str) -> None:
        """Go to an address, as somebody who typed or scanned it."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The title of the page that is shown."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The words of the page that can be read, spaces made one."""

    @abstractmethod
    def fill(self, field: Part, text: str) -> None:
        """Type into an empty field."""

    def fill_day(self, field: Part, day: date) -> None:
        """Fill in a field for a day."""
        self.fill(field, day.isoformat())

    @abstractmethod
    def tick(self, box: Part) -> None:
        """Tick a box that is not ticked."""

    @abstractmethod
    def press(self, button: Part) -> None:
        """Press a button."""

    @abstractmethod
    def follow(self, link: Part) -> None:
        """Follow a link."""

    def wait_for(self, title: str, words: str = "") -> None:
        """Go on once a page of this title is shown, and these words can be read on it."""
        if not becomes(lambda: self.title == title and words in self.words):
            raise NotThere(f"{title!r} with {words!r} is not shown, but {self.title!r}:\n{self.words}")


def becomes(is_so: Callable[[], object], within: float = PATIENCE_SECONDS) -> bool:
    """Whether something comes about that a browser does, in its own time."""
    give_up_at = time.monotonic() + within
    while not is_so():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True


def one_line(text: str) -> str:
    """A text with each run of spaces and line ends made one space."""
    return " ".join(text.split())
