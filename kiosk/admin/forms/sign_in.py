"""What people type to sign in. Field by field; anything else in the request is not read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.admin.forms.words import one_line
from kiosk.web.passwords import MAXIMUM, MINIMUM, has_length

NOT_ENTERED = "This sign-in name and password don't go together. Check both and type the password once more."
TOO_MANY = "Too many tries for this sign-in name. Wait five minutes, then try once more."


@dataclass(frozen=True)
class SignInForm:
    login: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "SignInForm":
        return cls(one_line(form.get("login"))[:120], form.get("password", "")[: MAXIMUM + 1])


@dataclass(frozen=True)
class NewPassword:
    """A new password, typed twice."""

    password: str = field(repr=False)
    again: str = field(repr=False)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "NewPassword":
        return cls(form.get("password", ""), form.get("again", ""))

    def problems(self) -> dict[str, str]:
        """What to change, by field."""
        if not has_length(self.password):
            return {
                "password": f"Choose a password of {MINIMUM} to {MAXIMUM} characters. Three or four words are good."
            }
        if self.password != self.again:
            return {"again": "The two passwords differ. Type the same one twice."}
        return {}
