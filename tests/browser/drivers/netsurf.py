"""NetSurf, in a window. It can't be asked what is where, so each part is painted in a colour of its own, and clicked on."""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence

from PIL import Image, ImageChops, ImageGrab

from tests.browser.drivers.display import SIZE, display
from tests.browser.drivers.driver import Driver, NotThere, Part, becomes, one_line
from tests.browser.drivers.program import environment, program
from tests.servers import LOOPBACK, folder_for, running

MARGIN = (60, SIZE[1] - 60)

Colour = tuple[int, int, int]
Spot = tuple[int, int]


class NetSurf(Driver):
    def __init__(self, given: Mapping[str, str], parts: Sequence[Part]) -> None:
        self.given, self.parts = given, parts
        self.window = ""

    def do(self, *words: object) -> str:
        command = [program("xdotool", "xdotool"), *map(str, words)]
        done = subprocess.run(command, env=self.given, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def attach(self) -> bool:
        """Find the window, fill the screen with it, and give it the keyboard; nobody else would: there is no desktop."""
        found = self.do("search", "--onlyvisible", "--name", "NetSurf").split()
        if found:
            self.window = found[-1]
            self.do("windowmove", self.window, 0, 0, "windowsize", self.window, *SIZE)
            self.do("windowfocus", "--sync", self.window)
        return bool(found)

    @property
    def title(self) -> str:
        return self.do("getwindowname", self.window).removesuffix(" - NetSurf")

    @property
    def words(self) -> str:
        """All of the page, selected and copied, after a click where the page is empty has given it the keyboard."""
        self.do("mousemove", *MARGIN, "click", 1)
        return self.copied()

    def copied(self) -> str:
        """All of whatever has the keyboard."""
        self.do("key", "ctrl+a", "ctrl+c")
        copy = [program("xclip", "xclip"), "-selection", "clipboard", "-out"]
        return one_line(subprocess.run(copy, env=self.given, capture_output=True, text=True, check=False).stdout)

    def open(self, address: str) -> None:
        if not becomes(lambda: self.typed_above(address) == address):
            raise NotThere(f"{address} can't be typed above {self.title!r}, where {self.copied()!r} stands")
        self.do("key", "Return")

    def typed_above(self, address: str) -> str:
        """What stands in the bar of addresses after typing there: a window that has just come may miss some of it."""
        self.do("windowfocus", self.window, "key", "ctrl+l", "ctrl+a", "type", "--delay", 1, address)
        return self.copied()

    def fill(self, field: Part, text: str) -> None:
        self.press(field)
        self.do("type", "--delay", 1, text)

    def tick(self, box: Part) -> None:
        self.press(box)

    def press(self, button: Part) -> None:
        self.do("mousemove", *self.spot(button), "click", 1)

    def follow(self, link: Part) -> None:
        self.press(link)

    def spot(self, part: Part) -> Spot:
        """Where a part is, once it has been in one place for two looks."""
        seen: list[Spot | None] = [None]
        colour = colour_of(self.parts.index(part))

        def rests() -> bool:
            seen.append(middle(self.picture(), colour))
            return seen[-1] is not None and seen[-1] == seen[-2]

        if not becomes(rests) or seen[-1] is None:
            raise NotThere(f"No {part.label!r} is painted on {self.title!r}")
        return seen[-1]

    def picture(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.given["DISPLAY"]).convert("RGB")


@contextlib.contextmanager
def netsurf(port: int, parts: Sequence[Part]) -> Iterator[Driver]:
    """NetSurf at an empty page, asking everything of one port of this machine, with these parts painted."""
    path = program("netsurf-gtk", "netsurf-gtk")
    with folder_for(None) as home, display(home) as screen:
        (home / ".netsurf").mkdir()
        (home / ".netsurf" / "user.css").write_text(paint(parts))
        given = environment(home, DISPLAY=screen, GDK_BACKEND="x11")
        driver = NetSurf(given, parts)
        options = [f"--{name}={value}" for name, value in through(port).items()]
        with running([path, *options, "about:blank"], is_ready=driver.attach, folder=home, environment=given):
            yield driver


def through(port: int) -> dict[str, object]:
    return {"http_proxy": 1, "http_proxy_host": LOOPBACK, "http_proxy_port": port, "http_proxy_noproxy": ""}


def colour_of(index: int) -> Colour:
    """A colour that is on no page."""
    return 255 - 7 * index, 3 * index, 254


def paint(parts: Sequence[Part]) -> str:
    """The style sheet of the person in front of NetSurf, who wants each part in a colour of its own."""
    rules = (
        f"{it.css} {{ background: #{bytes(colour_of(index)).hex()} !important }}" for index, it in enumerate(parts)
    )
    return "\n".join(rules)


def middle(picture: Image.Image, colour: Colour) -> Spot | None:
    """The middle of what has exactly this colour."""
    red, green, blue = ImageChops.difference(picture, Image.new("RGB", picture.size, colour)).split()
    apart = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = apart.point(lambda level: 255 if level == 0 else 0).getbbox()
    return ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2) if box else None
