"""Deny by default: each route says who may ask it, and one that says nothing stops the start-up. Asks a wing for its rules."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, abort, current_app, request
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., object])

ANYONE = "anyone"
SIGNED_IN = "signed in"


@dataclass(frozen=True)
class Gate:
    """How a wing tells who is there.

    public: the endpoints anyone may ask; it must equal what the routes themselves declare.
    is_signed_in: whether whoever asks is known to this wing.
    may: whether they hold a permission of this wing anywhere at all.
    turn_away: the answer to a stranger, the same for addresses that exist and that don't.
    """

    public: frozenset[str]
    is_signed_in: Callable[[], bool]
    may: Callable[[Hashable], bool]
    turn_away: Callable[[], Response]


class UndeclaredRoute(RuntimeError):
    """A route that nobody said who may ask, or that the wing's public list does not know."""


def access(need: Hashable) -> Callable[[View], View]:
    """Declare who may ask a view: ANYONE, SIGNED_IN, or a permission of the wing."""

    def declare(view: View) -> View:
        view.kiosk_need = need  # type: ignore[attr-defined]
        return view

    return declare


def needs(app: Flask) -> dict[str, Hashable]:
    """What each endpoint of a wing needs.

    Raises:
        UndeclaredRoute: naming the endpoint.
    """
    found: dict[str, Hashable] = {}
    for rule in app.url_map.iter_rules():
        need = getattr(app.view_functions[rule.endpoint], "kiosk_need", None)
        if need is None:
            raise UndeclaredRoute(f"{rule} ({rule.endpoint}) does not say who may ask it")
        found[rule.endpoint] = need
    return found


def guard(app: Flask, gate: Gate) -> None:
    """Check every route now, and every request from now on."""
    declared = needs(app)
    public = {endpoint for endpoint, need in declared.items() if need == ANYONE}
    if public != gate.public:
        raise UndeclaredRoute(f"open to anyone by route or by list, not by both: {sorted(public ^ gate.public)}")
    app.extensions["kiosk_needs"] = declared
    app.extensions["kiosk_gate"] = gate
    app.before_request(_admit)


def _admit() -> Response | None:
    _ = request.host  # refuses (400) a host nobody configured, before anything answers under its name
    gate: Gate = current_app.extensions["kiosk_gate"]
    endpoint = request.endpoint or ""
    if endpoint in gate.public:
        return None
    if not gate.is_signed_in():
        return gate.turn_away()
    need = current_app.extensions["kiosk_needs"].get(endpoint)
    if need not in (None, SIGNED_IN) and not gate.may(need):
        abort(404)
    return None
