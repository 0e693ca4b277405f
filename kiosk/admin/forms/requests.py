"""What somebody fills in who helps a student to make a request: a full number, and what is asked. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.admin.forms.records import LENGTH, NO_NUMBER
from kiosk.admin.forms.words import one_line
from kiosk.domain.requests import About, Kind

NOT_CHOSEN = "Choose what the student asks."
ASKS = {
    Kind.OBJECTION.value: "They object to how data is used",
    About.NAME.value: "The name they are known by is wrong",
    About.NUMBER.value: "Their student number is wrong",
    About.MODULES.value: "Their modules or groups are wrong",
    About.TUTOR.value: "It is wrong who their personal tutor is",
    About.OTHER.value: "Something else that is held is wrong",
}
"""What can be asked: to object, or what of the things held is to be put right."""


@dataclass(frozen=True)
class HelpForm:
    """A full student number, and what is asked: an objection, or what of the things held is wrong."""

    number: str
    asks: str

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "HelpForm":
        return cls(one_line(sent.get("number"))[:LENGTH], sent.get("asks", ""))

    @property
    def kind(self) -> Kind | None:
        if self.asks == Kind.OBJECTION:
            return Kind.OBJECTION
        return Kind.CORRECTION if self.about else None

    @property
    def about(self) -> About | None:
        return About(self.asks) if self.asks in set(About) else None

    def problems(self) -> dict[str, str]:
        """What to change, by field."""
        found = {"number": NO_NUMBER} if not self.number else {}
        return found if self.kind else {**found, "asks": NOT_CHOSEN}
