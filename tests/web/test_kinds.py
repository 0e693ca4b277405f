"""What kinds of session are called: in each language, and marked as what it is where nobody has translated one."""

import pytest

from kiosk.web.kinds import KINDS, kind_in


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        ("cy", "Lecture", ("cy", "Darlith")),
        ("cy", "FIELD TRIP", ("cy", "Taith maes")),
        ("cy", "Night shift", ("en", "Night shift")),
        ("en", "LECTURE", ("en", "LECTURE")),
        ("en", "Night shift", ("en", "Night shift")),
    ],
)
def test_a_kind_is_said_in_the_language_or_else_as_the_timetable_has_it(
    code: str, kind: str, said: tuple[str, str]
) -> None:
    assert kind_in(code, kind) == said


@pytest.mark.parametrize("kind", KINDS)
def test_every_usual_kind_is_said_in_welsh(kind: str) -> None:
    assert kind_in("cy", kind)[0] == "cy"
