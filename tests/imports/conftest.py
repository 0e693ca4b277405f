"""What tests of imports share: an import's session on a database, and files made of text."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from kiosk.domain.codes import CodePolicy
from kiosk.domain.lectures import WindowPolicy
from kiosk.imports.making import Making
from kiosk.imports.stage import dry_run
from kiosk.store.doors.imports import reading
from kiosk.store.engines import session_for
from tests.stage import MASTER, START, Stage

LONDON = ZoneInfo("Europe/London")
MAKING = Making(LONDON, CodePolicy(), WindowPolicy(), MASTER)
SAMPLES = Path(__file__).parent.parent / "data"

Read = Callable[..., reading.Batch]


def binary(files: dict[str, str | bytes]) -> dict[str, io.BytesIO]:
    """students="..." becomes students.csv, as bytes to read."""
    return {
        f"{kind}.csv": io.BytesIO(text if isinstance(text, bytes) else text.encode()) for kind, text in files.items()
    }


def sample(folder: str) -> dict[str, str | bytes]:
    """The files of a folder under tests/data."""
    return {path.stem: path.read_bytes() for path in sorted((SAMPLES / folder).glob("*.csv"))}


def import_session(stage: Stage) -> Iterator[Session]:
    with session_for(stage.database.urls["import"], "import") as session:
        yield session


@pytest.fixture
def session(stage: Stage) -> Iterator[Session]:
    yield from import_session(stage)


@pytest.fixture
def any_session(any_stage: Stage) -> Iterator[Session]:
    yield from import_session(any_stage)


def read_with(session: Session, files: dict[str, str | bytes], **options: object) -> reading.Batch:
    """A dry run without pauses."""
    given = {"now": START, "zone": LONDON, "pause": lambda seconds: None, **options}
    batch_id = dry_run(session, binary(files), **given)  # type: ignore[arg-type]
    batch = reading.batch_by_id(session, batch_id)
    session.rollback()
    assert batch is not None
    return batch


@pytest.fixture
def read(session: Session) -> Read:
    """`read(students="student_no,...")` stages files on SQLite."""
    return lambda **files: read_with(session, files)
