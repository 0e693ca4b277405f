"""A university for the tests of this folder, started once per worker."""

from collections.abc import Iterator

import pytest

from tests.deploy.university import University, university


@pytest.fixture(scope="session")
def started() -> Iterator[University]:
    with university() as it:
        yield it


@pytest.fixture
def uni(started: University) -> Iterator[University]:
    """The university with everything on, whatever the test before has ended."""
    yield started
    started.heal()
