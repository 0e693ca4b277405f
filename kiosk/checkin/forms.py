"""What the wing's forms carry, read field by field: nothing else in a request reaches a service."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kiosk.checkin.service import Typed
from kiosk.checkin.wishes import Wishes
from kiosk.domain.claims import Noted
from kiosk.domain.claims import read_noted as read_code
from kiosk.domain.codes import clean_digits
from kiosk.web.languages import mark
from kiosk.web.passwords import has_length

LONGEST_LOGIN = 120
LONGEST_PASSWORD = 200
LONGEST_MODULE = 40
LARGEST_ID = 2**31 - 1

TOO_SHORT = mark("Use at least 10 characters. Three or four words that don't belong together are good.")


@dataclass(frozen=True)
class SignIn:
    login: str
    password: str
    is_shared: bool


@dataclass(frozen=True)
class FirstPassword:
    """A password typed twice, and what to say about it before it can be kept."""

    password: str
    trouble: str = ""


def read_sign_in(form: Mapping[str, str]) -> SignIn | None:
    """None when the login or the password can't be anybody's."""
    login, password = form.get("login", "").strip(), form.get("password", "")
    is_sound = 0 < len(login) <= LONGEST_LOGIN and 0 < len(password) <= LONGEST_PASSWORD and "\0" not in login
    return SignIn(login, password, form.get("shared") == "yes") if is_sound else None


def read_typed(form: Mapping[str, str]) -> Typed | None:
    """None when there are not six digits."""
    digits = clean_digits(form.get("digits", ""))
    if digits is None:
        return None
    module = "".join(form.get("module", "")[:LONGEST_MODULE].split()).casefold()
    return Typed(digits, read_lecture(form), module)


def read_lecture(form: Mapping[str, str]) -> int | None:
    """The lecture a form is about."""
    text = form.get("lecture", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 10 else None
    return number if number is not None and number <= LARGEST_ID else None


def read_noted(form: Mapping[str, str]) -> Noted | None:
    """What somebody noted in the room; None when it can be no code."""
    return read_code(form.get("noted", ""))


def read_wishes(form: Mapping[str, str], languages: Collection[str]) -> Wishes | None:
    """What a student sets; None for a language that nobody speaks here."""
    language = form.get("language", "")
    return Wishes(form.get("more_time") == "yes", language) if language in ("", *languages) else None


def read_first_password(form: Mapping[str, str], login: str) -> FirstPassword:
    """The new password, or why it won't do."""
    password = form.get("password", "")
    if not has_length(password):
        return FirstPassword("", TOO_SHORT)
    if password.casefold() == login.casefold():
        return FirstPassword("", mark("Use something other than your login."))
    if password != form.get("again", ""):
        return FirstPassword("", mark("The two are not the same. Type both once more."))
    return FirstPassword(password)
