"""Who can read what, as a table for people, made from the rights and from nothing else. No wing imports this."""

from sqlalchemy import Table

from kiosk.store.rights import Right
from kiosk.store.tables import board, factors, imports, log, records, register, screens, staff, wishes

SHOWN = {"display": "display", "checkin": "check-in", "admin": "admin", "import": "import"}
KINDS = {
    "Nobody's personal data": (board, screens),
    "Students": (register, wishes, records, log),
    "Staff": (staff, factors, imports),
}
NAMED_AT_MOST = 5


def reading_table() -> str:
    """A Markdown table: a row for each table, a column for each wing and for the import."""
    lines = ["| | " + " | ".join(SHOWN.values()) + " |", "|---" * (len(SHOWN) + 1) + "|"]
    for kind, modules in KINDS.items():
        lines.append(f"| **{kind}** |" + " |" * len(SHOWN))
        for module in modules:
            tables = [thing for thing in vars(module).values() if isinstance(thing, Table)]
            lines += [_row(table) for table in tables]
    return "\n".join(lines)


def _row(table: Table) -> str:
    rights: dict[str, Right] = table.info["rights"]
    cells = [_cell(table, rights.get(party)) for party in SHOWN]
    return f"| `{table.name}` | " + " | ".join(cells) + " |"


def _cell(table: Table, right: Right | None) -> str:
    readable = right.readable(table) if right else frozenset()
    if not readable:
        return "–"
    if len(readable) == len(table.columns):
        return "all"
    if len(readable) > NAMED_AT_MOST:
        return f"{len(readable)} of {len(table.columns)} columns"
    return ", ".join(name for name in table.columns.keys() if name in readable)  # noqa: SIM118
