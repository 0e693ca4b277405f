"""What an import will write in its one transaction, gathered before that begins. Knows no file and no database."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass
class Writes:
    """Everything one transaction will do, in order."""

    inserts: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    updates: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    deletes: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    enrolled: dict[tuple[int, int], tuple[date | None, date | None]] = field(default_factory=dict)
    tutored: set[int] = field(default_factory=set)
    applied_before: int = 0
    roles_seen: Mapping[tuple[str, ...], Any] | None = None
    """Who held which role when it was looked at; None when that doesn't matter here."""

    def update(self, table: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self.updates.append((table, where, values))
