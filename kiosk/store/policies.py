"""Which rows each party may touch on PostgreSQL: made from what stands beside the tables, like the grants. Knows no wing's code.

Check-in and the jobs see every row their grants allow. The admin wing sees the rows that a member of staff reaches, even
in a view which forgets its filter. The owner sees none until it says so: a wing at the owner's address gets nothing.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

from kiosk.store import counts, excuses
from kiosk.store.engines import AS_OWNER
from kiosk.store.identity import NOW, STAFF
from kiosk.store.reach import ASKED, FUNCTIONS, OF_THE_CHAIN, function_statements
from kiosk.store.rights import PARTIES, Right, Rows, When, role_of

BY_ROWS = "admin"
BY_CHAIN = ("admin", "import", "audit")

_NO_POLICIES = """DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT policyname FROM pg_policies WHERE schemaname = current_schema() AND tablename = 'this_table'
    LOOP EXECUTE format('DROP POLICY %I ON this_table', name); END LOOP; END $$"""
_ME = f"nullif(current_setting('{STAFF}', true), '')::integer"
_NOW = f"nullif(current_setting('{NOW}', true), '')::timestamptz"
_EVERY = "USING (true) WITH CHECK (true)"
_VERBS = (
    ("SELECT", "read", lambda right: bool(right.read), "USING ({0})"),
    ("INSERT", "set", lambda right: right.insert, "WITH CHECK ({0})"),
    ("UPDATE", "set", lambda right: bool(right.update), "USING ({0}) WITH CHECK ({0})"),
    ("DELETE", "set", lambda right: right.delete, "USING ({0})"),
)


def reach_statements() -> Iterator[str]:
    """The functions which say how far somebody reaches; nobody but the admin wing's role may ask them.

    The head of the access log is asked for by whoever adds to it, and by whoever checks it; registers are brought into line with
    what was arranged by whoever changes a lecture, imports among them.
    """
    yield from function_statements()
    for function in (*FUNCTIONS, *OF_THE_CHAIN, excuses.FUNCTION):
        for party in ("PUBLIC", *(role_of(party) for party in PARTIES)):
            yield f"REVOKE ALL ON FUNCTION {function} FROM {party}"
    for function in (*ASKED, *counts.FUNCTIONS):
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {role_of(BY_ROWS)}"
    yield f"GRANT EXECUTE ON FUNCTION {excuses.FUNCTION} TO {role_of(BY_ROWS)}, {role_of('import')}"
    for function in OF_THE_CHAIN:
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {', '.join(role_of(party) for party in BY_CHAIN)}"


def walled_tables(metadata: MetaData) -> list[Table]:
    """The tables whose rows are somebody's."""
    return [table for table in metadata.sorted_tables if "rows" in table.info]


def row_policies(table: Table) -> Iterator[str]:
    """The statements which make a table's policies, after taking away whatever was there."""
    yield _NO_POLICIES.replace("this_table", table.name)
    yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
    # Inside its own functions, which another role has called, the owner sees all; with a session of its own, if it says so.
    as_owner = f"session_user <> current_user OR coalesce(current_setting('{AS_OWNER}', true), '') = 'on'"
    yield f"CREATE POLICY owner ON {table.name} TO CURRENT_USER USING ({as_owner}) WITH CHECK ({as_owner})"
    for party, right in table.info["rights"].items():
        if party == BY_ROWS:
            yield from _by_rows(table, right)
        else:
            yield f"CREATE POLICY {role_of(party)} ON {table.name} TO {role_of(party)} {_EVERY}"


def _by_rows(table: Table, right: Right) -> Iterator[str]:
    for verb, may, is_granted, clause in _VERBS:
        if is_granted(right):
            reached = clause.format(_condition(table.info["rows"], verb, may))
            yield f"CREATE POLICY {role_of(BY_ROWS)}_{verb.lower()} ON {table.name} FOR {verb} TO {role_of(BY_ROWS)} {reached}"


def _condition(rows: Rows | When, verb: str, may: str) -> str:
    if isinstance(rows, Rows):
        reached = _reached(rows, may)
        is_of_both = verb == "INSERT" and rows.lecture and rows.student
        return f"({reached}) AND kiosk_concerns({rows.lecture}, {rows.student})" if is_of_both else reached
    said = {"SELECT": rows.read, "INSERT": rows.insert, "UPDATE": rows.update}
    return said[verb].format(me=_ME, now=_NOW)


def _reached(rows: Rows, may: str) -> str:
    """Whether the identity reaches a row. Each list is made once for a statement, not once for a row."""
    if rows.tutor:
        return _reached_of_tutor(rows, may)
    ways = []
    if rows.lecture:
        ways.append(f"{rows.lecture} IN (SELECT kiosk_lectures('{may}'))")
    if rows.module:
        groups = "SELECT module_id, group_name FROM kiosk_groups()"
        ways.append(f"({rows.module}, {rows.group}) IN ({groups})")
    if rows.disputed and not rows.student:
        disputed = "SELECT lecture_id FROM kiosk_disputed()"
        ways.append(f"{rows.lecture} IN ({disputed})")
    elif rows.disputed and may == "set":
        disputed = "SELECT lecture_id, student_id FROM kiosk_disputed()"
        ways.append(f"({rows.lecture}, {rows.student}) IN ({disputed})")
    if not rows.student:
        return " OR ".join(ways)
    people = f"kiosk_people('{may}')" if ways else "kiosk_students()"
    ways.append(f"{rows.student} IN (SELECT {people})")
    if rows.number and may == "read":
        ways.append(f"{rows.student} IN (SELECT kiosk_numbered())")
    if rows.asking and may == "read":
        ways.append(f"{rows.student} IN (SELECT kiosk_asking())")
    return f"({' OR '.join(ways)}) AND {rows.student} NOT IN (SELECT kiosk_locked())"


def _reached_of_tutor(rows: Rows, may: str) -> str:
    """A tutor reads of their own tutees; whoever says whose tutor somebody is does so in their reach, and for others."""
    own, reached = f"{rows.tutor} {{}} {_ME}", f"{rows.student} IN (SELECT kiosk_tutored())"
    asked = f"({own.format('=')} OR {reached})" if may == "read" else f"{own.format('<>')} AND {reached}"
    return f"{asked} AND {rows.student} NOT IN (SELECT kiosk_locked())"
