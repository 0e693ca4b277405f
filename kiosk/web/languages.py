"""The languages pages are written in: their catalogues, and which of them a request is answered in. Knows no wing."""

import gettext
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, current_app, has_app_context, request
from markupsafe import Markup

CATALOGUES = Path(__file__).resolve().parent.parent / "languages"
SOURCE = "en"
"""The language the program itself is written in: its catalogue is the program."""

NAMES = {"en": "English", "cy": "Cymraeg"}
"""Every language there is a catalogue for, as those who speak it call it."""

Choice = Callable[[], str]


def speak(app: Flask, languages: Sequence[str], choose: Choice | None = None) -> None:
    """Give a wing's pages their words. `choose` says which language this request is answered in, of those of the institution."""
    app.extensions["kiosk_languages"] = tuple(languages)
    app.extensions["kiosk_choose_language"] = choose
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(say, say_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(language=language, language_names=NAMES, say_in=_write_in, in_each=in_each)
    app.jinja_env.filters["number"] = lambda value: format_decimal(value, locale=language())


def language() -> str:
    """The language of the page that is being made: the institution's first where nobody has chosen."""
    if not has_app_context():
        return SOURCE
    choose: Choice | None = current_app.extensions.get("kiosk_choose_language")
    languages: Sequence[str] = current_app.extensions.get("kiosk_languages", (SOURCE,))
    chosen = choose() if choose else ""
    return chosen if chosen in languages else languages[0]


def asked_for(languages: Sequence[str]) -> str:
    """What the browser asks for, of those languages; the first of them when it asks for none."""
    return _best(tuple(request.accept_languages.values()), tuple(languages))


@lru_cache(maxsize=512)
def _best(wanted: Sequence[str], languages: Sequence[str]) -> str:
    return negotiate_locale(list(wanted), languages, sep="-") or languages[0]


def say(text: str) -> str:
    """A sentence of the program in the language of the page."""
    return words_of(language()).gettext(text)


def say_in(code: str, text: str, **values: object) -> str:
    """A sentence in one language, whatever the page's: for what is made without a request."""
    return words_of(code).gettext(text) % values


def in_each(text: str, **values: object) -> Markup:
    """A sentence in every language of the institution, its first one first, each of them marked as what it is."""
    languages: Sequence[str] = current_app.extensions["kiosk_languages"]
    spans = (Markup('<span lang="{}">{}</span>').format(code, _write_in(code, text, **values)) for code in languages)
    return Markup(" ").join(spans)


def _write_in(code: str, text: str, **values: object) -> Markup:
    # A sentence has markup of its own; what is put into it is escaped.
    return Markup(words_of(code).gettext(text)) % values  # nosec B704 - from a catalogue of ours


def say_number(one: str, many: str, number: int) -> str:
    """A sentence about some number of things, in the form that the language has for it."""
    return words_of(language()).ngettext(one, many, number)


def mark(text: str) -> str:
    """Mark a sentence for the catalogues where it is written down, to be said elsewhere."""
    return text


@cache
def words_of(code: str) -> gettext.NullTranslations:
    """The catalogue of a language; for the program's own it gives every sentence back."""
    if code == SOURCE:
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(sorted((CATALOGUES / code).glob("*.po")), code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue(paths: Iterable[Path], code: str) -> Catalog:
    """One catalogue of several files."""
    whole = Catalog(locale=code)
    for path in paths:
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                if message.id:
                    whole[message.id] = message
    return whole
