"""The README says what the program does: its table of rights is the one the program prints."""

from pathlib import Path

from click.testing import CliRunner

from kiosk.cli import main

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_table_of_rights_is_the_one_the_program_prints() -> None:
    printed = CliRunner().invoke(main, ["rights"]).output.strip()
    shown = README.read_text("utf-8").split("<!-- rights -->")[1].split("<!-- /rights -->")[0].strip()
    assert shown == printed, "run `kiosk rights` and put what it prints between the marks"


def test_the_display_reads_nothing_in_the_tables_about_people() -> None:
    printed = CliRunner().invoke(main, ["rights"]).output
    people = printed.split("**Students**")[1].splitlines()[1:]
    rows = [row for row in people if row.startswith("| `")]
    assert len(rows) > 15
    assert all(row.split("|")[2].strip() == "–" for row in rows)


def test_every_picture_and_page_it_names_is_there() -> None:
    import re

    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text("utf-8")):
        assert (README.parent / target).exists(), target
