"""The catalogues: every sentence that students or screens read is marked, and is there in every language."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po
from flask import Flask

from kiosk.settings import LANGUAGES
from kiosk.web.languages import CATALOGUES, NAMES, SOURCE, in_each, speak, words_of
from kiosk.web.times import day, full_date
from tests.props import START
from tests.web.sentences import MODULES, TEMPLATES, Sentence, marked, unmarked_in_module, unmarked_in_template

TRANSLATED = sorted(set(NAMES) - {SOURCE})
FILES = sorted(CATALOGUES.glob("*/*.po"))
SAME = frozenset({"Seminar"})
"""Names, numbers and words that are the same in every language."""

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
MARKUP = re.compile(r"</?\w+[^>]*>")

each_language = pytest.mark.parametrize("code", TRANSLATED)
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name, abort_invalid=True)


def messages(path: Path) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    """A sentence and what is said for it, in each form that the language has."""
    for message in read(path):
        if message.id:
            said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            yield message.id, tuple(said)


def said_in(code: str) -> dict[Sentence, tuple[str, ...]]:
    return {sentence: said for path in FILES if path.parent.name == code for sentence, said in messages(path)}


def english(sentence: Sentence) -> tuple[str, ...]:
    return (sentence,) if isinstance(sentence, str) else sentence


def as_entries(code: str, lacking: list[Sentence]) -> str:
    """What to fill in and put into a catalogue."""
    wanted = Catalog(locale=code)
    for sentence in lacking:
        wanted.add(sentence)
    text = BytesIO()
    write_po(text, wanted, omit_header=True)
    return text.getvalue().decode()


def test_there_is_a_catalogue_for_every_language_that_the_settings_offer() -> None:
    assert set(LANGUAGES) == set(NAMES)
    assert {path.parent.name for path in FILES} == set(TRANSLATED)


@each_language
def test_every_sentence_is_there_in_every_language(code: str) -> None:
    there = {sentence for sentence, said in said_in(code).items() if all(said)}
    lacking = [sentence for sentence in marked() if sentence not in there]

    assert not lacking, f"kiosk/languages/{code} lacks\n\n{as_entries(code, lacking)}"


@each_language
def test_no_translation_is_the_english_again(code: str) -> None:
    again = [it for sentence, said in said_in(code).items() for it in said if is_again(it, sentence)]

    assert again == []


def is_again(said: str, sentence: Sentence) -> bool:
    """Whether nothing but markup, marks and capitals tells it from the English."""
    own = letters(said)
    return bool(own) and said not in SAME and own in map(letters, english(sentence))


def letters(text: str) -> str:
    return "".join(it for it in MARKUP.sub("", PLACEHOLDER.sub("", text)).casefold() if it.isalpha())


@each_file
def test_every_sentence_of_a_catalogue_is_still_said(path: Path) -> None:
    found = marked()

    assert [sentence for sentence, _ in messages(path) if sentence not in found] == []
    assert list(read(path).obsolete) == []


@each_file
def test_no_entry_is_a_guess(path: Path) -> None:
    assert [message.id for message in read(path) if message.fuzzy and message.id] == []


@each_file
def test_an_entry_has_every_form_that_its_language_has(path: Path) -> None:
    forms = get_plural(path.parent.name)
    assert read(path).plural_forms == f"nplurals={forms.num_plurals}; plural={forms.plural_expr};"
    for sentence, said in messages(path):
        assert len(said) == (1 if isinstance(sentence, str) else forms.num_plurals), sentence


@each_file
def test_a_translation_has_the_places_and_the_markup_of_its_sentence(path: Path) -> None:
    differing = [
        (sentence, it)
        for sentence, said in messages(path)
        for it in said
        for part in (PLACEHOLDER, MARKUP)
        if set(part.findall(it)) != set(part.findall(english(sentence)[-1]))
    ]

    assert differing == []


@each_language
def test_no_two_catalogues_of_a_language_disagree(code: str) -> None:
    whole = said_in(code)
    for path in FILES:
        if path.parent.name == code:
            assert {sentence: said for sentence, said in messages(path) if whole[sentence] != said} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_word_of_a_template_stands_outside_a_mark(path: Path) -> None:
    assert unmarked_in_template(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_word_of_a_module_is_unmarked(path: Path) -> None:
    assert unmarked_in_module(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ('<p>{{ _("Come in") }}</p>', []),
        ("<p>Come in</p>", ["Come in"]),
        ("<p>{% trans name=who %}Come in, <b>{{ name }}</b>{% endtrans %}</p>", []),
        ("<p>{% if late %}Late{% else %}{{ who }}, come in{% endif %}</p>", ["…Late…, come in"]),
        ('<a href="{{ url_for("account.account") }}" title="Your account"></a>', ["Your account"]),
        ('<input type="submit" value="Go">', ["Go"]),
        ('<input type="hidden" name="page" value="start">', []),
        ('<p>{{ "Late" if when == "late" else _("In time") }}</p>', ["Late"]),
        ('{% set word = {"late": "Too late"}[when] %}<p>{{ word }}</p>', ["Too late"]),
        ('<p>{{ _("%(who)s comes", who="Nobody") }}</p>', ["Nobody"]),
        ('<p>{{ part("To the start") }}</p>', ["To the start"]),
        ('<p>{{ rooms|join(" and ") }}</p>', [" and "]),
        ("<kbd>F</kbd>", []),
    ],
)
def test_words_outside_a_mark_are_found_wherever_they_stand(template: str, words: list[str]) -> None:
    assert unmarked_in_template(template) == words


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ('words = mark("Come in")', []),
        ('words = "Come in"', ["Come in"]),
        ('word = "Closed"', ["Closed"]),
        ('def name(at):\n    """What it is."""\n    return f"Come at {at}"', ["Come at "]),
        ('raise ValueError("no such code")', []),
        ('kind = "present_late"', []),
    ],
)
def test_unmarked_words_of_a_module_are_found(module: str, words: list[str]) -> None:
    assert unmarked_in_module(module) == words


@pytest.mark.parametrize(
    ("number", "minutes"), [(0, "munud"), (1, "munud"), (2, "funud"), (3, "munud"), (6, "munud"), (12, "munud")]
)
def test_a_number_takes_the_form_that_welsh_has_for_it(number: int, minutes: str) -> None:
    assert words_of("cy").ngettext("%(num)s minute", "%(num)s minutes", number) == f"%(num)s {minutes}"


@pytest.mark.parametrize(
    ("code", "said"),
    [("en", ("Tuesday 24 November", "24 November 2026")), ("cy", ("Dydd Mawrth 24 Tachwedd", "24 Tachwedd 2026"))],
)
def test_a_day_is_said_as_its_language_says_it(code: str, said: tuple[str, str]) -> None:
    assert (day(START, ZoneInfo("Europe/London"), code), full_date(START.date(), code)) == said


def test_numbers_are_written_as_the_language_of_the_page_writes_them() -> None:
    app = Flask(__name__)
    speak(app, ("cy",))
    with app.app_context():
        assert app.jinja_env.from_string("{{ 1234|number }}").render() == "1,234"


def test_what_is_put_into_a_sentence_is_no_markup() -> None:
    app = Flask(__name__)
    speak(app, ("en", "cy"))
    with app.app_context():
        said = in_each("Next at %(clock)s: %(what)s", clock="10:00", what="<b>COMP")
    assert str(said) == (
        '<span lang="en">Next at 10:00: &lt;b&gt;COMP</span> <span lang="cy">Nesaf am 10:00: &lt;b&gt;COMP</span>'
    )
