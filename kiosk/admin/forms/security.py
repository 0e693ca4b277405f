"""What people type about their own sign-in: names for devices and passkeys, and the sentences beside the fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.admin.forms.words import one_line

LONGEST_NAME = 40
WRONG_CODE = "This code doesn't fit. Wait until your app shows the next one, and type that."
USED_CODE = "This code has been used. Wait until your app shows the next one, and type that."
WRONG_RECOVERY = "This recovery code doesn't fit, or it has been used. Each works once: try another."
TOO_MANY_CODES = "Too many tries. Wait five minutes, then type the code your app shows then."
WRONG_SETUP = (
    "This code doesn't fit the symbol below. See that the clock of your phone is right, and type the code it shows now."
)
NO_PASSKEY = "The passkey was not taken. Try it once more, or type a code instead."
NOT_ADDED = "The passkey was not added. Press the button once more."
WRONG_OLD = "This is not your present password. Type it once more."


@dataclass(frozen=True)
class NameForm:
    """What somebody calls a device or a passkey."""

    name: str

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "NameForm":
        return cls(one_line(form.get("name")))

    def problems(self) -> dict[str, str]:
        if not 1 <= len(self.name) <= LONGEST_NAME:
            return {"name": f"Give it a name of 1 to {LONGEST_NAME} characters, such as Office computer."}
        return {}
