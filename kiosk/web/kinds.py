"""What kinds of session are called in each language: the timetable has them in the program's own. Knows no wing."""

from flask import Flask
from markupsafe import Markup, escape

from kiosk.web.languages import SOURCE, language, mark, say_in

KINDS = (
    mark("Lecture"),
    mark("Seminar"),
    mark("Tutorial"),
    mark("Practical"),
    mark("Laboratory"),
    mark("Lab"),
    mark("Computer lab"),
    mark("Workshop"),
    mark("Class"),
    mark("Field trip"),
    mark("Fieldwork"),
    mark("Studio"),
    mark("Clinic"),
    mark("Placement"),
    mark("Presentation"),
    mark("Examination"),
    mark("Exam"),
    mark("Test"),
    mark("Revision"),
    mark("Drop-in"),
    mark("Meeting"),
    mark("Session"),
)
_BY_NAME = {kind.casefold(): kind for kind in KINDS}


def speak_of_kinds(app: Flask) -> None:
    """Give templates `kind`, which says a lecture's kind in the language of the page."""
    app.jinja_env.filters["kind"] = said


def said(kind: str) -> Markup:
    """A kind in the language of the page; one that nobody has translated is marked as the language it is in."""
    code, words = kind_in(language(), kind)
    return escape(words) if code == language() else Markup('<span lang="{}">{}</span>').format(code, words)


def kind_in(code: str, kind: str) -> tuple[str, str]:
    """The language in which a kind can be said to whoever reads `code`, and its words."""
    known = _BY_NAME.get(kind.casefold())
    return (SOURCE, kind) if code == SOURCE or known is None else (code, say_in(code, known))
