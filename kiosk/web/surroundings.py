"""What a view may ask of its surroundings: the time, the settings, a thread for heavy work, the asker's address."""

from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Protocol

from flask import current_app, request


class Offload(Protocol):
    """Run heavy work in a thread, so that the server's loop goes on meanwhile."""

    def __call__(self, work: Callable[..., Any], *args: Any) -> Any: ...


def utc_now() -> datetime:
    """The server's clock, the only one there is."""
    return datetime.now(UTC)


def now() -> datetime:
    """The current instant for this app: the server's clock, or the one a test set."""
    instant: datetime = current_app.extensions["kiosk_clock"]()
    return instant


def settings() -> Any:
    """The wing's frozen settings."""
    return current_app.extensions["kiosk_settings"]


def offload(work: Callable[..., Any], *args: Any) -> Any:
    """`work(*args)`, in a thread of the server's pool."""
    return in_thread()(work, *args)


def in_thread() -> Offload:
    """The server's Offload itself, for work that goes on after the request."""
    carry: Offload = current_app.extensions["kiosk_offload"]
    return carry


def run_here(work: Callable[..., Any], *args: Any) -> Any:
    """An Offload for servers whose every request has a thread anyway."""
    return work(*args)


def asker() -> IPv4Address | IPv6Address | None:
    """The address of whoever asks: past the configured number of proxies, from the right; None when nobody can say.

    A proxy that adds no header says nothing of whom it asks for: its own address is nobody's.
    """
    hops = [request.environ.get("REMOTE_ADDR", "")]
    hops += reversed([hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()])
    proxies = settings().trusted_proxies
    try:
        address = ip_address(hops[proxies])
    except (ValueError, IndexError):
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
