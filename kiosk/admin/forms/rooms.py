"""The forms of rooms, room keys and lectern networks: what was typed and what is wrong with it. Knows no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from kiosk.admin.forms.words import one_line

CODE_LENGTH = 40
NAME_LENGTH = 120
LABEL_LENGTH = 80
# A network of lecterns is a building or a campus. What is wider than this would take in half the internet.
_WIDEST_V4 = 8
_WIDEST_V6 = 24


@dataclass(frozen=True)
class Reading:
    """A form as it was read; it may be used when there are no problems."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]

    def with_problem(self, name: str, words: str) -> "Reading":
        return Reading(self.typed, {**self.problems, name: words})


def filled_with(code: str = "", name: str = "") -> Reading:
    return Reading({"code": code, "name": name}, {})


def read_room(sent: Mapping[str, str]) -> Reading:
    """Code and name of a room."""
    typed = {name: one_line(sent.get(name)) for name in ("code", "name")}
    problems = {}
    if not typed["code"]:
        problems["code"] = "Give the room a code, such as 4/4053."
    elif len(typed["code"]) > CODE_LENGTH:
        problems["code"] = f"Use at most {CODE_LENGTH} characters."
    if len(typed["name"]) > NAME_LENGTH:
        problems["name"] = f"Use at most {NAME_LENGTH} characters."
    return Reading(typed, problems)


def read_key(sent: Mapping[str, str]) -> Reading:
    """The label of a room key."""
    typed = {"label": one_line(sent.get("label"))}
    problems = {}
    if not typed["label"]:
        problems["label"] = "Say where this key is used, such as “Lectern, start page”."
    elif len(typed["label"]) > LABEL_LENGTH:
        problems["label"] = f"Use at most {LABEL_LENGTH} characters."
    return Reading(typed, problems)


def read_network(sent: Mapping[str, str]) -> Reading:
    """A lectern network; `cidr` comes out in its one canonical spelling when there is no problem with it."""
    cidr, label = one_line(sent.get("cidr")), one_line(sent.get("label"))
    network, problem = _network(cidr)
    problems = {"cidr": problem} if problem else {}
    if len(label) > LABEL_LENGTH:
        problems["label"] = f"Use at most {LABEL_LENGTH} characters."
    return Reading({"cidr": str(network) if network else cidr, "label": label}, problems)


def _network(cidr: str) -> tuple[IPv4Network | IPv6Network | None, str]:
    if not cidr:
        return None, "Type the network, such as 10.20.30.0/24."
    try:
        typed = ip_network(cidr, strict=False)
    except ValueError:
        return None, "This does not read as a network. Type an address, a slash and a length, such as 10.20.30.0/24."
    network = _unmapped(typed)
    narrowest = _WIDEST_V4 if network.version == 4 else _WIDEST_V6
    if network.prefixlen < narrowest:
        return (
            None,
            f"This network is too wide: it is far more than your lecterns. Use /{narrowest} or a longer length.",
        )
    if network.is_loopback or network.is_multicast or network.is_unspecified:
        return None, "No lectern has an address in this network. Ask your network team for the lecterns' own."
    if "/" in cidr and typed.network_address != ip_address(cidr.split("/")[0].strip()):
        beyond = f"The address has digits beyond its /{typed.prefixlen}."
        return None, f"{beyond} The whole network is {network}: type that, or a longer length."
    return network, ""


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """An IPv4 network that hides in an IPv6 one, as itself: the guard compares addresses as they come, unmapped."""
    inside = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return IPv4Network((inside, network.prefixlen - 96)) if inside and network.prefixlen >= 96 else network
