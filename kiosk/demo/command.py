"""`kiosk demo`: the University of Barchester, where nobody is real and a session is always on. Never touches real people's data."""

import json
import os
import re
import secrets
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from kiosk.demo import barchester, proofs, sign_ins
from kiosk.domain.codes import draw_salt
from kiosk.domain.lectures import WindowOverride, codes_span
from kiosk.instance import Instance
from kiosk.settings import MasterKeys
from kiosk.store import schema
from kiosk.store.doors import demo as door
from kiosk.store.engines import make_owner_engine
from kiosk.store.transactions import transaction

STUDENTS = 60
DAYS = 8
HOUR = timedelta(hours=1)
OPEN_MINUTES = 60
SIGN_INS = "demo-sign-ins.txt"


class NotADemo(Exception):
    """Why there is nothing here for this command to fill."""


@dataclass(frozen=True)
class Filled:
    """What the database lacked."""

    students_before: int
    students_added: int
    lectures_added: int


_GOES_ON = (door.Owner.DEMO, door.Owner.JOINED)
"""Where the timetable is lengthened and sign-ins are given anew."""

_JOINED = (
    "People were imported into this demonstration, so no more invented ones are added. "
    "Starting Kiosk still adds sessions and fresh links."
)
_NOT_OURS = (
    "This database holds people, modules or sessions that `kiosk demo` did not make. It is left alone: "
    "a demonstration has invented people only."
)


@click.command("demo")
@click.option("--students", "how_many", default=STUDENTS, show_default=True, type=click.IntRange(1, 100_000))
@click.option(
    "--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write every sign-in and id here."
)
@click.option("--if-empty", is_flag=True, help="Do nothing, quickly, in a database with anything real in it.")
@click.pass_obj
def demo(folder: Path, how_many: int, json_path: Path | None, if_empty: bool) -> None:
    """Fill an empty database with an invented university, or give one made so its next eight days."""
    if json_path and not json_path.parent.is_dir():
        raise click.ClickException(f"There is no folder {json_path.parent}.")
    url = Instance(folder).database_url("owner")
    engine = make_owner_engine(url)
    now = datetime.now(UTC)
    try:
        if not schema.is_current(url):
            raise NotADemo("The database needs `kiosk migrate` first.")
        with Session(engine) as session:
            owner = _whose(session, folder)
            if not if_empty and owner == door.Owner.JOINED:
                raise NotADemo(_JOINED)
            if not if_empty or _is_wanted(session, Instance(folder), owner, now):
                wanted = 0 if if_empty and owner in _GOES_ON else how_many
                click.echo(_make(session, folder, now, owner, wanted))
            if _whose(session, folder) in _GOES_ON:
                _tell(session, now, Instance(folder), _password(folder)[0], json_path)
    except NotADemo as reason:
        click.echo(str(reason), err=True)
        sys.exit(1)
    finally:
        engine.dispose()


def _whose(session: Session, folder: Path) -> door.Owner:
    """Whose the instance is: a demonstration stays one when somebody tries an import on it."""
    owner = door.whose(session)
    is_ours = owner != door.Owner.JOINED or Instance(folder).institution.is_demo
    return owner if is_ours else door.Owner.OTHERS


def _tell(session: Session, now: datetime, instance: Instance, password: str, json_path: Path | None) -> None:
    """Write down how to sign in: for the screen, and for scripts where they asked."""
    given = proofs.give(session, now, instance.factor_key)
    path = instance.folder / SIGN_INS
    _write_private(path, sign_ins.summary(password, given, path))
    if json_path:
        made = sign_ins.every(session, password)
        by_login = {it["login"]: it for it in made["staff"]}
        for proof in given:
            device = proofs.device_for_scripts(session, now, instance.factor_key, proof.staff_id)
            by_login[proof.login].update(proofs.for_scripts(proof, device))
        _write_private(json_path, json.dumps(made, ensure_ascii=False, indent=1))
        click.echo(f"Every sign-in and id: {json_path}")


def _make(session: Session, folder: Path, now: datetime, owner: door.Owner, how_many: int) -> str:
    """Fill the instance; what to say of it."""
    if owner == door.Owner.OTHERS:
        raise NotADemo(_NOT_OURS)
    password, is_new = _password(folder)
    _mark_as_demo(folder)
    # One hash for all of them: a hash each would take a second for twenty students, and hides nothing here.
    filled = fill(session, now, Instance(folder), how_many=how_many, password=password, is_new_password=is_new)
    return f"{report(filled)}\nThe sign-ins: {folder / SIGN_INS}"


def report(filled: Filled) -> str:
    """What was done, for whoever ran the command."""
    before, added = filled.students_before, filled.students_added
    there = f"There {'is 1 student' if before == 1 else f'are {before} students'} already"
    if not before:
        people = f"The {barchester.UNIVERSITY} is made, with {_count(added, 'invented student')}."
    elif added:
        people = f"{there}; {added} {'was' if added == 1 else 'were'} added."
    else:
        people = f"{there}." if filled.lectures_added else f"{there}: nothing to add."
    sessions = f"{_count(filled.lectures_added, 'session')} added: " if filled.lectures_added else ""
    return f"{people}\n{sessions}{'one' if sessions else 'A session'} is on at any hour for the next week."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def fill(
    session: Session, now: datetime, instance: Instance, *, how_many: int, password: str, is_new_password: bool = True
) -> Filled:
    """Add whatever the demonstration lacks.

    Raises:
        NotADemo: the database holds real enrolments, or anything else this command did not make.
    """
    from kiosk.web.passwords import hash_here

    today = instance.institution.day_of(now)
    return _fill(session, now, today, instance.master_keys, how_many, hash_here(password), is_new_password, instance)


@transaction
def _fill(
    session: Session,
    now: datetime,
    today: date,
    master: MasterKeys,
    how_many: int,
    password_hash: str,
    is_new_password: bool,
    instance: Instance,
) -> Filled:
    owner, before = door.whose(session), door.count_students(session)
    if owner == door.Owner.OTHERS:
        raise NotADemo(_NOT_OURS)
    if owner == door.Owner.NOBODY or how_many:
        _people(session, now, today, how_many, password_hash)
    if is_new_password and owner == door.Owner.DEMO:
        door.replace_passwords(session, password_hash, now)
    lectures_added = _timetable(session, now, master, instance)
    return Filled(before, door.count_students(session) - before, lectures_added)


def _people(session: Session, now: datetime, today: date, how_many: int, password_hash: str) -> None:
    cohorts = range(1, -(-how_many // barchester.COHORT))
    modules = [
        *barchester.MODULES,
        *((barchester.cohort_module(n), f"Foundations {n}", "Foundations", "policy") for n in cohorts),
    ]
    rows = [
        {
            "code": code,
            "title": title,
            "department": department,
            "participation": participation,
            # Always open, so that whoever looks in at five to ten sees a code: demo sessions follow each other by the hour.
            "closes_minutes_after": OPEN_MINUTES,
        }
        for code, title, department, participation in modules
    ]
    module_ids = door.add_missing(session, "module", "code", rows)
    halls = [*barchester.ROOMS, *((f"Demo/{3000 + n}", f"Demo Hall {n}") for n in cohorts)]
    door.add_missing(session, "room", "code", [{"code": code, "name": name} for code, name in halls])
    people = list(barchester.students(how_many))
    rows = [{"number": number, "login": login, "known_as": name} for number, login, name, _ in people]
    student_ids = door.add_missing(session, "student", "number", rows)
    door.enrol(session, [(student_ids[number], module_ids[code]) for number, _, _, codes in people for code in codes])
    door.set_passwords(session, "student", list(student_ids.values()), password_hash, now)
    rows = [{"login": login, "name": name, "unit": "Barchester"} for login, name, _, _ in barchester.STAFF]
    staff_ids = door.add_missing(session, "staff", "login", rows)
    door.set_passwords(session, "staff", [staff_ids[login] for login, *_ in barchester.STAFF], password_hash, now)
    for login, _, role, teaches in barchester.STAFF:
        taught = [module_ids[code] for code in teaches]
        if login == "dr.day":
            taught += [module_ids[barchester.cohort_module(n)] for n in cohorts]
        door.appoint(session, staff_ids[login], role, today, today + timedelta(days=365), taught)
    tutees = [student_ids[number] for number, *_ in people[: barchester.TUTEES]]
    door.give_tutees(session, staff_ids[barchester.TUTOR], tutees)


def _timetable(session: Session, now: datetime, master: MasterKeys, instance: Instance) -> int:
    """Sessions by the hour, around the clock, from today to a week from now; how many were missing."""
    zone = instance.institution.time_zone
    midnight = datetime.combine(instance.institution.day_of(now), datetime.min.time(), zone).astimezone(UTC)
    first = midnight.replace(minute=0)
    there = door.lecture_refs(session, first)
    halls = sorted(code for code in door.ids(session, "module", "code") if re.fullmatch(r"FNDN\d+", code))
    planned = [
        (f"{door.REF_MARK}{starts_at:%Y%m%d%H}-{modules[0]}", starts_at, modules, rooms)
        for starts_at in (first + hour * HOUR for hour in range(DAYS * 24))
        for modules, rooms in barchester.sessions_at(starts_at, halls)
    ]
    missing = [it for it in planned if it[0] not in there]
    new_ids = door.reserve_lecture_ids(session, len(missing)) if missing else []
    lectures = [
        door.DemoLecture(
            lecture_id, ref, starts_at, starts_at + HOUR, master.current, _salt(master, lecture_id, starts_at, instance),
            modules, rooms,
        )
        for lecture_id, (ref, starts_at, modules, rooms) in zip(new_ids, missing, strict=True)
    ]  # fmt: skip
    door.add_lectures(session, lectures)
    return len(lectures)


def _salt(master: MasterKeys, lecture_id: int, starts_at: datetime, instance: Instance) -> bytes:
    own = WindowOverride(closes_minutes_after=OPEN_MINUTES)
    span = codes_span(starts_at, starts_at + HOUR, instance.windows, module_policies=[own])
    return draw_salt(master.keys[master.current], lecture_id, span, instance.codes, secrets.token_bytes)


def _is_wanted(session: Session, instance: Instance, owner: door.Owner, now: datetime) -> bool:
    """Whether `--if-empty` has something to do here."""
    if owner == door.Owner.NOBODY:
        # An institution that has named itself wants to begin empty.
        return instance.institution.is_demo or instance.institution.name == barchester.UNIVERSITY
    last = door.last_start(session) if owner in _GOES_ON else None
    return owner in _GOES_ON and (last is None or last < now + timedelta(days=DAYS - 2))


def _password(folder: Path) -> tuple[str, bool]:
    """The demonstration's password, and whether it was drawn just now: no secret has a default, not even here."""
    path = folder / "demo-password"
    if path.is_file() and path.read_text("utf-8").strip():
        return path.read_text("utf-8").strip(), False
    drawn = f"barchester-{secrets.randbelow(10**6):06}"
    _write_private(path, drawn + "\n")
    return drawn, True


def _write_private(path: Path, content: str) -> None:
    """Write a file for its owner alone.

    Raises:
        click.ClickException: it can't be written there.
    """
    try:
        _write(path, content)
    except OSError as problem:
        raise click.ClickException(f"{path} can't be written: {problem.strerror}.") from None


def _write(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(content)


def _mark_as_demo(folder: Path) -> None:
    """Every page of this instance says that its people are invented."""
    path = folder / "kiosk.toml"
    content = path.read_text("utf-8")
    if not Instance(folder).institution.is_demo:
        changed, hits = re.subn(r"(?m)^demo\s*=.*$", "demo = true", content, count=1)
        path.write_text(
            changed if hits else re.sub(r"(?m)^\[institution\].*$", r"\g<0>\ndemo = true", content), "utf-8"
        )
