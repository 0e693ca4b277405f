"""What people choose when they void a session or stop a screen."""

from collections.abc import Mapping

from kiosk.admin.services.control import VOID_REASONS


def void_reason(form: Mapping[str, str]) -> str | None:
    """One of the listed reasons, or None."""
    reason = form.get("reason", "")
    return reason if reason in VOID_REASONS else None


def screen_ref(form: Mapping[str, str]) -> str:
    """The name of a screen, as a form of ours sends it."""
    return "".join(letter for letter in form.get("screen", "")[:40] if letter.isprintable())
