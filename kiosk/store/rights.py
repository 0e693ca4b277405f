"""Who may do what with which column: declared beside each table, made into both engines' refusals.

A *party* is whoever holds a database login of its own: the three wings, the two jobs, and whoever checks the log. What a
table does not grant is refused. Knows tables as data; knows no wing's code.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, Table

PARTIES = ("display", "checkin", "admin", "import", "purge", "audit")

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


@dataclass(frozen=True)
class Right:
    """What one party may do with one table. "*" stands for every column."""

    read: str = ""
    insert: bool = False
    update: str = ""
    delete: bool = False

    def readable(self, table: Table) -> frozenset[str]:
        return _columns(table, self.read)

    def updatable(self, table: Table) -> frozenset[str]:
        return _columns(table, self.update)


@dataclass(frozen=True)
class Rows:
    """By which columns a row is somebody's: of its lecture, of its module and group, of its student, if it has one.

    The admin wing's role on PostgreSQL sees the rows that the member of staff reaches by one of them (see `policies`).
    A row of neither a lecture nor a module stands for the student; one of a lecture and a student is added where they meet.
    With `tutor` it says whose tutor a member of staff is: theirs to read, and set by whoever says that, for others. With
    `number` a row is read by whoever says that and knows it. With `disputed` it is set, too, by whoever decides a dispute of it
    that is open; one of a lecture alone is read by them, too. With `asking` it is read by whoever answers a request of theirs.
    """

    student: str = ""
    number: str = ""
    tutor: str = ""
    lecture: str = ""
    module: str = ""
    group: str = ""
    disputed: bool = False
    asking: bool = False


@dataclass(frozen=True)
class When:
    """For a table whose rows are reached by who did what: when the admin wing may read, add and change one, in SQL.

    `{me}` stands for the id of whoever asks, and `{now}` for when: null when nobody does, which no row fits. A list of
    PostgreSQL's functions is written as a query, so that it is made once for a statement.
    """

    read: str
    insert: str = "false"
    update: str = "false"


def rights(rows: Rows | When | None = None, **by_party: Right) -> dict[str, Any]:
    """The `info` of a table: `import_` stands for the party "import", a Python keyword."""
    declared = {party.rstrip("_"): right for party, right in by_party.items()}
    unknown = declared.keys() - set(PARTIES)
    if unknown:
        raise ValueError(f"no such party: {sorted(unknown)}")
    return {"rights": declared} if rows is None else {"rights": declared, "rows": rows}


def rights_of(party: str, metadata: MetaData) -> dict[str, tuple[Table, Right]]:
    """The tables a party may touch at all, by name.

    In no order of references: a wing that runs alone has not loaded every table that its own refer to.
    """
    return {
        name: (table, table.info["rights"][party])
        for name, table in sorted(metadata.tables.items())
        if party in table.info.get("rights", {})
    }


def _columns(table: Table, words: str) -> frozenset[str]:
    every = frozenset(table.columns.keys())
    named = every if words == "*" else frozenset(words.split())
    if named - every:
        raise ValueError(f"{table.name} has no column {sorted(named - every)}")
    return named


# SQLite ------------------------------------------------------------------------------------------

_PLAIN_FUNCTIONS = frozenset(
    "abs avg coalesce count date datetime ifnull julianday length like lower max min round strftime "
    "sum total upper".split()
)
_ALWAYS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_RECURSIVE}
)


@dataclass(frozen=True)
class _Allowed:
    read: Mapping[str, frozenset[str]]
    insert: frozenset[str]
    update: Mapping[str, frozenset[str]]
    delete: frozenset[str]

    def permits(self, action: int, first: str, second: str) -> bool:
        if action == sqlite3.SQLITE_READ:
            return first in self.read and (not second or second in self.read[first])
        if action == sqlite3.SQLITE_UPDATE:
            return second in self.update.get(first, ())
        if action == sqlite3.SQLITE_INSERT:
            return first in self.insert
        if action == sqlite3.SQLITE_DELETE:
            return first in self.delete
        if action == sqlite3.SQLITE_FUNCTION:
            return second.lower() in _PLAIN_FUNCTIONS
        return action in _ALWAYS


def sqlite_authorizer(party: str, metadata: MetaData) -> Authorizer:
    """An allow-list for `sqlite3.Connection.set_authorizer`.

    Everything it does not name is refused: ATTACH, PRAGMA, CREATE, temporary things, other functions.
    SQLite tells the column of an UPDATE but not those of an INSERT, so inserts are granted by table.
    """
    granted = rights_of(party, metadata)
    allowed = _Allowed(
        read={name: right.readable(table) for name, (table, right) in granted.items()},
        insert=frozenset(name for name, (_, right) in granted.items() if right.insert),
        update={name: right.updatable(table) for name, (table, right) in granted.items()},
        delete=frozenset(name for name, (_, right) in granted.items() if right.delete),
    )

    def authorize(action: int, first: str | None, second: str | None, database: str | None, _: str | None) -> int:
        if database not in ("main", None):
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK if allowed.permits(action, first or "", second or "") else sqlite3.SQLITE_DENY

    return authorize


def sqlite_keepers(party: str, metadata: MetaData) -> Iterator[tuple[str, str]]:
    """For each table a party may write to and not delete from: its name, and a trigger that no row of it is replaced.

    `INSERT OR REPLACE` and `UPDATE OR REPLACE` delete the row in their way, and the authorizer is not asked about that.
    The triggers are the connection's own, so that whoever may delete still can; they need `PRAGMA recursive_triggers`
    (<https://www.sqlite.org/lang_conflict.html>).
    """
    for table, right in rights_of(party, metadata).values():
        if (right.insert or right.update) and not right.delete:
            yield (
                table.name,
                f"CREATE TEMP TRIGGER keep_{table.name} BEFORE DELETE ON main.{table.name} "
                "BEGIN SELECT RAISE(ABORT, 'not authorized'); END",
            )


# PostgreSQL --------------------------------------------------------------------------------------


def role_of(party: str) -> str:
    """The login role of a party, or of the schema's owner."""
    return f"kiosk_{party}"


def postgresql_grants(metadata: MetaData) -> Iterator[str]:
    """The statements which give each party its rights and take away all others; run by the owner, again and again.

    The login roles must exist: whoever may make roles makes them (see `role_statements`).
    """
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC"
    for party in PARTIES:
        role = role_of(party)
        yield f"GRANT USAGE ON SCHEMA public TO {role}"
        for table in metadata.sorted_tables:
            yield f"REVOKE ALL ON {table.name} FROM {role}"
            every = ", ".join(table.columns.keys())
            yield f"REVOKE ALL ({every}) ON {table.name} FROM {role}"
        yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}"
        for table, right in rights_of(party, metadata).values():
            yield from _table_grants(role, table, right)


def _table_grants(role: str, table: Table, right: Right) -> Iterator[str]:
    for verb, columns in (("SELECT", right.readable(table)), ("UPDATE", right.updatable(table))):
        if columns:
            yield f"GRANT {verb} ({', '.join(sorted(columns))}) ON {table.name} TO {role}"
    if right.insert:
        yield f"GRANT INSERT ON {table.name} TO {role}"
        if table.autoincrement_column is not None:
            yield f"GRANT USAGE ON SEQUENCE {table.name}_{table.autoincrement_column.name}_seq TO {role}"
    if right.delete:
        yield f"GRANT DELETE ON {table.name} TO {role}"


def role_statements(passwords: Mapping[str, str], database: str) -> Iterator[str]:
    """The statements which make each party's login role, for an administrator of the PostgreSQL server.

    `passwords` maps every party to its password; a role that exists gets the new password. With one for "owner", the
    role is made that owns the database and, by that, its schema.
    """
    if "owner" in passwords:
        # It owns the schema by owning the database, a right that it has to inherit.
        yield from _login("owner", passwords["owner"], "INHERIT")
        yield f'ALTER DATABASE "{database}" OWNER TO {role_of("owner")}'
    for party in PARTIES:
        role = role_of(party)
        yield from _login(party, passwords[party])
        yield f"ALTER ROLE {role} SET statement_timeout = '{'10min' if party in ('import', 'purge', 'audit') else '5s'}'"
        yield f'GRANT CONNECT ON DATABASE "{database}" TO {role}'
    yield f'REVOKE CONNECT, TEMPORARY ON DATABASE "{database}" FROM PUBLIC'


def _login(party: str, password: str, inherits: str = "NOINHERIT") -> Iterator[str]:
    role, quoted = role_of(party), password.replace("'", "''")
    yield (
        f"DO $$ BEGIN CREATE ROLE {role} LOGIN {inherits}; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    yield f"ALTER ROLE {role} PASSWORD '{quoted}'"
