"""`kiosk log`: checks the access log's chain against its heads, and writes a head down. Reads two tables and no name."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk import heads
from kiosk.domain.access_log import Edited, Flaw, Head, Linked, Missing, flaws
from kiosk.instance import Instance
from kiosk.store.doors import chain
from kiosk.store.engines import session_for


@click.group("log")
def log() -> None:
    """The access log: check it, and write its head down."""


@log.command()
@click.pass_obj
def verify(folder: Path) -> None:
    """Say whether the log is as it was written. Ends with 1 when it is not."""
    instance = Instance(folder)
    with _session(instance) as session:
        # The heads first: what is added meanwhile may have entries after them, and never heads before them.
        written_down = _heads_in(instance.heads)
        found, count = check(session, written_down)
        if not written_down and is_from_before(session, datetime.now(UTC).date()):
            found.append(f"No head is written down in {instance.heads}, so a log written anew would not show.")
    for words in found:
        click.echo(words)
    if not found:
        click.echo(f"{count:,} entries, {len(written_down):,} heads: the log is as it was written.")
    sys.exit(bool(found))


@log.command()
@click.pass_obj
def head(folder: Path) -> None:
    """Write the newest entry's head down, outside the database; for a timer, as often as you like."""
    instance = Instance(folder)
    with _session(instance) as session:
        newest = chain.newest_head(session)
    if newest is None:
        click.echo("The log has no entries yet.")
        return
    try:
        is_new = heads.lodge(instance.heads, newest)
    except OSError as problem:
        raise click.ClickException(f"{instance.heads} can't be written: {problem.strerror}.") from None
    click.echo(f"{newest.day} {newest.id} {newest.hash}" if is_new else "The newest head is written down already.")


def check(session: Session, written_down: list[Head]) -> tuple[list[str], int]:
    """What is wrong with the log, in words, and how many entries it has."""
    counted = _Counted(chain.entries(session))
    return [in_words(flaw) for flaw in flaws(counted, written_down)], counted.count


def in_words(flaw: Flaw) -> str:
    """A flaw, for the person who must act on it."""
    match flaw:
        case Edited():
            return f"Entry {flaw.id} was edited after it was written."
        case Missing():
            return f"Before entry {flaw.id} something is gone, or was put in."
    day = f"{flaw.head.day.day} {flaw.head.day:%B %Y}"
    return f"Entry {flaw.head.id} is not the one whose head was written down for {day}: the past was written anew, or cut off."


def is_from_before(session: Session, day: date) -> bool:
    """Whether the log has entries from before a day."""
    return chain.newest_head(session, before=datetime.combine(day, time.min, UTC)) is not None


def head_not_written_down(instance: Instance, today: date) -> Head | None:
    """The newest head of an earlier day that should be in the file and is not.

    Raises:
        OSError, UnreadableHeads, SQLAlchemyError: it can't be told.
    """
    with session_for(instance.database_url("audit"), "audit") as session:
        due = chain.newest_head(session, before=datetime.combine(today, time.min, UTC))
    newest = max((it.id for it in heads.lodged(instance.heads)), default=0)
    return due if due is not None and due.id > newest else None


class _Counted:
    """Entries as they go by, and how many went."""

    def __init__(self, entries: Iterator[Linked]) -> None:
        self.entries, self.count = entries, 0

    def __iter__(self) -> Iterator[Linked]:
        for it in self.entries:
            self.count += 1
            yield it


def _heads_in(path: Path) -> list[Head]:
    try:
        return heads.lodged(path)
    except heads.UnreadableHeads as problem:
        raise click.ClickException(f"In {path}, {problem}.") from None
    except OSError as problem:
        raise click.ClickException(f"{path} can't be read: {problem.strerror}.") from None


@contextmanager
def _session(instance: Instance) -> Iterator[Session]:
    try:
        with session_for(instance.database_url("audit"), "audit") as session:
            yield session
    except SQLAlchemyError as problem:
        raise click.ClickException(f"The database does not answer ({type(problem).__name__}).") from None
