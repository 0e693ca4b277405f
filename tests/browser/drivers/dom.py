"""Browsers that are driven by WebDriver's commands, by whatever line these travel. Finds parts by their words."""

from abc import abstractmethod

from tests.browser.drivers.driver import Driver, Part, one_line

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which WebDriver answers with an element."""

TIMEOUTS = {"implicit": 30_000, "pageLoad": 30_000}


class DomDriver(Driver):
    """The parts are found by XPath, which WebKit and Firefox have in common."""

    @abstractmethod
    def go(self, address: str) -> None: ...

    @abstractmethod
    def find(self, xpath: str) -> str: ...

    @abstractmethod
    def type(self, element: str, text: str) -> None: ...

    @abstractmethod
    def click(self, element: str) -> None: ...

    @abstractmethod
    def read(self, element: str) -> str: ...

    @abstractmethod
    def forget(self) -> None:
        """Be a browser that has never been anywhere."""

    @property
    def words(self) -> str:
        return one_line(self.read(self.find("//body")))

    def open(self, address: str) -> None:
        self.go(address)

    def fill(self, field: Part, text: str) -> None:
        self.type(self.labelled(field), text)

    def tick(self, box: Part) -> None:
        self.click(self.labelled(box))

    def labelled(self, field: Part) -> str:
        return self.find(f'//*[@id = //label[normalize-space() = "{field.label}"]/@for]')

    def press(self, button: Part) -> None:
        self.click(self.find(f'//button[normalize-space() = "{button.label}"]'))

    def follow(self, link: Part) -> None:
        self.click(self.find(f'//a[normalize-space() = "{link.label}"]'))
