"""Recovery codes as they are drawn and typed, and how secrets are shown for typing. Knows no account and no key."""

from collections.abc import Callable

from kiosk.domain.codes import ALPHABET

RECOVERY_CODES = 10
_CHARACTERS = 8
_READ_AS = str.maketrans("ILO", "110")


def draw_codes(draw: Callable[[str], str]) -> tuple[str, ...]:
    """Ten codes of forty bits, no two the same; `draw` chooses a character."""
    codes: dict[str, None] = {}
    while len(codes) < RECOVERY_CODES:
        codes["".join(draw(ALPHABET) for _ in range(_CHARACTERS))] = None
    return tuple(in_fours(code, "-") for code in codes)


def clean_recovery_code(typed: str) -> str | None:
    """The code without its dash, however it was typed; None for what can't be one."""
    kept = "".join(character for character in typed[:64] if character.isascii() and character.isalnum())
    code = kept.upper().translate(_READ_AS)
    return code if len(code) == _CHARACTERS and set(code) <= set(ALPHABET) else None


def app_purpose(staff_id: int) -> str:
    """What an app's secret is sealed for: nobody else's row can take it."""
    return f"app/{staff_id}"


def recovery_purpose(staff_id: int) -> str:
    """What a recovery code is hashed for: the same code of somebody else has another hash."""
    return f"recovery-code/{staff_id}"


def in_fours(text: str, between: str = " ") -> str:
    """Groups of four, which people can read out and type."""
    return between.join(text[start : start + 4] for start in range(0, len(text), 4))
