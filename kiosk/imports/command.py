"""`kiosk import`: shows what the files would change, asks, applies. Knows the screen and the exit codes, not the rules."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy.orm import Session

from kiosk.imports.apply import Making, NotApplied, apply
from kiosk.imports.files import FILES, kind_of
from kiosk.imports.stage import Report, drop, dry_run
from kiosk.instance import Instance
from kiosk.store.doors.imports import reading
from kiosk.store.engines import session_for
from kiosk.store.transactions import DatabaseAway

NOT_APPLIED = "Nothing was changed."
DEALT_WITH = "Somebody has dealt with this import on its page meanwhile. That page says what became of it."


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "only_look", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.pass_obj
def import_files(folder: Path, files: tuple[Path, ...], only_look: bool, yes: bool) -> None:
    """Read CSV FILEs: modules, students, staff, lectures, enrolments, teaching, tutees.

    Each is known by its name, such as students.csv; docs/import.md has the columns. All files of one
    command are applied together, or none of them. Ends with 0 when applied or nothing was to do, with 1
    when there are problems or somebody dealt with it on its page first, with 2 when it was asked for in a
    way it can't understand.
    """
    unknown = [path.name for path in files if kind_of(path.name) is None]
    if unknown:
        wanted = ", ".join(f"{kind}.csv" for kind in FILES)
        raise click.UsageError(f"{', '.join(unknown)}: Kiosk reads {wanted}, and knows them by their names.")
    if len({path.name for path in files}) < len(files):
        raise click.UsageError("Two files have the same name.")
    if not (yes or only_look or sys.stdin.isatty()):
        raise click.UsageError(f"Nobody is here to be asked. Add --yes to apply, or --dry-run to look. {NOT_APPLIED}")
    instance = Instance(folder)
    console = Console(highlight=False, soft_wrap=True)
    if instance.institution.is_demo:
        console.print("This instance is a demonstration: only invented people belong in it.")
    try:
        with session_for(instance.database_url("import"), "import") as session:
            sys.exit(_run(session, instance, files, console, only_look=only_look, yes=yes))
    except DatabaseAway:
        raise click.ClickException(f"The database did not answer. {NOT_APPLIED}") from None


def _run(
    session: Session, instance: Instance, files: tuple[Path, ...], console: Console, *, only_look: bool, yes: bool
) -> int:
    zone = instance.institution.time_zone
    with ExitStack() as opened, _bar(console) as report:
        binary = {path.name: opened.enter_context(path.open("rb")) for path in files}
        batch_id = dry_run(session, binary, now=datetime.now(UTC), zone=zone, report=report)
    batch = reading.batch_by_id(session, batch_id)
    session.rollback()
    if batch is None:
        raise LookupError("what was made a moment ago is not there")
    _show(console, batch)
    if batch.state != "ready":
        if not batch.problems:
            console.print(f"This import was dropped while it was being read. {NOT_APPLIED}")
        return 1
    if only_look or not _changes(batch):
        return _forget(session, batch_id, console, f"A dry run. {NOT_APPLIED}" if _changes(batch) else "Nothing to do.")
    if not yes and not _is_wanted():
        return _forget(session, batch_id, console, NOT_APPLIED)
    making = Making(zone, instance.codes, instance.windows, instance.master_keys)
    try:
        apply(session, batch_id, now=datetime.now(UTC), making=making)
    except NotApplied as reason:
        console.print(str(reason))
        return 1
    console.print("Applied.")
    return 0


def _forget(session: Session, batch_id: int, console: Console, words: str) -> int:
    """Drop what was staged and say so, unless somebody applies or drops it on its page meanwhile."""
    is_dropped = drop(session, batch_id, datetime.now(UTC))
    console.print(words if is_dropped else DEALT_WITH)
    return 0 if is_dropped else 1


def _is_wanted() -> bool:
    try:
        return click.confirm("Apply all of this?")
    except click.Abort:  # Ctrl-C is a no: what was staged must not stay behind
        return False


@contextmanager
def _bar(console: Console) -> Iterator[Report]:
    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TextColumn("lines"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _changes(batch: reading.Batch) -> int:
    return sum(counts["added"] + counts["changed"] for counts in batch.summary["files"].values())


def _show(console: Console, batch: reading.Batch) -> None:
    table = Table("file", "lines", "added", "changed", "unchanged", "repeated")
    for name, counts in batch.summary.get("files", {}).items():
        table.add_row(name, *(f"{counts[key]:,}" for key in ("lines", "added", "changed", "unchanged", "repeated")))
    if table.row_count:
        console.print(table)
    if batch.summary.get("rooms_added"):
        rooms = ", ".join(batch.summary["rooms"])
        added = batch.summary["rooms_added"]
        console.print(f"{added:,} {'room is' if added == 1 else 'rooms are'} new: {rooms}", markup=False)
    for line in (*batch.summary.get("notices", ()), *batch.problems):
        console.print(line, markup=False)
    if batch.problems:
        console.print(f"{batch.summary['problems']:,} to mend. {NOT_APPLIED}")
