"""The stage: a migrated database, a clock that is set, and the standing cast.

Ada Lovelace and Ben Okri are enrolled in COMP1201, Cy Young is not; Dr Day teaches it, Dr Eve
teaches HIST2002 alone. Mo Admin looks after the Computing department's modules, Ro Rooms after the
rooms; Sid System proposes roles and Olu Owner approves them; Nell Scopeless has a role and no scope.
Tia Tutor is Ada's personal tutor, Ona Officer looks after engagement in Computing, Dot Dataprotection
is the data-protection officer. It is Tuesday 24 November 2026, 10:02 in Britain.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pyotp
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select, update
from werkzeug.test import TestResponse

from kiosk.domain.codes import CodePolicy, LectureKey, digits_code, has_repeats, lecture_key, qr_code, step_at
from kiosk.domain.lectures import WindowPolicy
from kiosk.domain.second_factors import app_purpose
from kiosk.settings import Addresses, AdminSettings, CheckinSettings, DisplaySettings, Institution, MasterKeys
from kiosk.store.database import db
from kiosk.store.seals import seal
from kiosk.store.tables import board, factors, records, register, staff
from tests.proofs import FACTOR_KEY, app_secret, device_secret
from tests.props import COMPILED, START, Clock, CompiledRule, Database

Flask.url_rule_class = CompiledRule

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
MASTER = MasterKeys("k1", {"k1": bytes(range(32))})
ADDRESSES = Addresses(
    display="http://screens.kiosk.test", checkin="http://in.kiosk.test", admin="http://staff.kiosk.test"
)


@dataclass
class Stage:
    """The cast in its places; `ids` maps the short names used in tests to the rows' ids."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    start: datetime = START
    ids: dict[str, int] = field(default_factory=dict)
    password_hash: str = field(default_factory=lambda: quick_hash())
    languages: tuple[str, ...] = ("en",)

    def settings(self, wing: str, **changes: Any) -> Any:
        kinds = {"display": DisplaySettings, "checkin": CheckinSettings, "admin": AdminSettings}
        values: dict[str, Any] = {
            "wing": wing,
            "secret_key": f"the {wing} key of the stage, long enough to be one",
            "database_url": self.database.urls[wing],
            "institution": Institution(
                "University of Barchester",
                ZoneInfo("Europe/London"),
                "help@kiosk.test",
                languages=self.languages,
            ),
            "addresses": ADDRESSES,
            "codes": CodePolicy(),
            "windows": WindowPolicy(),
            "master": MASTER,
            "async_mode": "threading",
            "trusted_proxies": 0,
        }
        if wing == "admin":
            values["import_url"] = self.database.urls["import"]
            values["factor_key"] = FACTOR_KEY
            values["heads"] = self.database.folder / "log-heads.txt"
        return kinds[wing](**{**values, **changes})

    def app(self, wing: str, **changes: Any) -> Flask:
        """One wing, on this stage's database and clock."""
        from importlib import import_module

        app: Flask = import_module(f"kiosk.{wing}.app").make(self.settings(wing, **changes), clock=self.clock)
        app.test_client_class = Browser
        app.jinja_env.bytecode_cache = COMPILED
        with app.app_context():
            self.database.take(db.engine)
        return app

    def add(self, name: str, table: Any, /, **values: Any) -> int:
        """Insert a row as the owner and remember its id under `name`."""
        with self.database.owner.begin() as connection:
            key = connection.execute(insert(table).values(**values)).inserted_primary_key
        if key is not None and name:
            self.ids[name] = key[0]
        return int(key[0]) if key is not None and isinstance(key[0], int) else 0

    def change(self, table: Any, row_id: int, /, **values: Any) -> None:
        with self.database.owner.begin() as connection:
            connection.execute(update(table).where(table.c.id == row_id).values(**values))

    def rows(self, table: Any, *conditions: Any) -> list[Any]:
        with self.database.owner.connect() as connection:
            return list(connection.execute(select(table).where(*conditions)))

    def add_lecture(
        self,
        name: str,
        *,
        starts_at: datetime | None = None,
        minutes: int = 60,
        modules: tuple[str, ...] = ("COMP1201",),
        rooms: tuple[str, ...] = ("4/4053",),
        group: str = "",
        **values: Any,
    ) -> int:
        """A lecture of modules and in rooms that are on the stage by these names."""
        starts_at = starts_at or self.start
        ends_at = starts_at + timedelta(minutes=minutes)
        salt = f"salt of {name}".encode().ljust(16)[:16]
        lecture_id = self.add(name, board.lecture, starts_at=starts_at, ends_at=ends_at, kid="k1", salt=salt, **values)
        for code in modules:
            self.add("", board.lecture_module, lecture_id=lecture_id, module_id=self.ids[code], group_name=group)
        for code in rooms:
            self.add("", board.lecture_room, lecture_id=lecture_id, room_id=self.ids[code])
        return lecture_id

    def add_student(self, name: str, number: str, known_as: str, *modules: str, group: str = "") -> int:
        """A student who signs in as `name` with PASSWORD."""
        student_id = self.add(name, register.student, number=number, login=name, known_as=known_as)
        self.add(
            "",
            register.student_credential,
            student_id=student_id,
            password_hash=self.password_hash,
            changed_at=self.clock(),
        )
        for code in modules:
            self.add("", register.enrolment, student_id=student_id, module_id=self.ids[code], group_name=group)
        return student_id

    def add_staff(self, name: str, known_as: str, role: str = "", scope: str = "own", value: str = "") -> int:
        """A member of staff who signs in as `name` with PASSWORD, and holds a role when one is named.

        They have an enrolled device and an authenticator app; `enter` uses both.
        """
        staff_id = self.add(name, staff.staff, login=name, name=known_as, unit="Computing")
        self.add(
            "", staff.staff_credential, staff_id=staff_id, password_hash=self.password_hash, changed_at=self.clock()
        )
        if role:
            self.add(
                "",
                staff.role_grant,
                staff_id=staff_id,
                role=role,
                scope_kind=scope,
                scope_value=value,
                from_on=self.start.date() - timedelta(days=80),
                until_on=self.start.date() + timedelta(days=280),
            )
        self.add_device(f"device of {name}", name)
        sealed = seal(FACTOR_KEY, app_purpose(staff_id), app_secret(name))
        self.add("", factors.staff_app, staff_id=staff_id, sealed_secret=sealed, added_at=self.clock())
        return staff_id

    def add_device(self, name: str, owner: str) -> int:
        """A device of somebody's, enrolled just now; its cookie carries `device_secret(name)`."""
        now = self.clock()
        secret_hash = hashlib.sha256(device_secret(name).encode()).hexdigest()
        times = {"enrolled_at": now, "seen_at": now, "expires_at": now + timedelta(days=180)}
        about = {"staff_id": self.ids[owner], "name": name[:40], "secret_hash": secret_hash}
        return self.add(name, staff.staff_device, **about, **times)

    def add_passkey(self, name: str, owner: str) -> int:
        """A passkey of somebody's, which no authenticator holds."""
        about = {"staff_id": self.ids[owner], "name": "Key", "credential_id": name, "public_key": b"", "sign_count": 0}
        return self.add(name, factors.staff_passkey, **about, added_at=self.clock())

    def enter(self, browser: "Browser", login: str, *, enrolled: bool = True) -> TestResponse:
        """Sign a member of staff in: on their device with a code of their app, or on a device that is nobody's."""
        if not enrolled:
            return browser.send("/sign-in", login=login, password=PASSWORD)
        browser.set_cookie("kiosk_device", device_secret(f"device of {login}"), domain="staff.kiosk.test")
        browser.send("/sign-in", login=login, password=PASSWORD)
        return browser.send("/second-factor", code=self.app_code(login))

    def app_code(self, login: str, at: datetime | None = None) -> str:
        """What the app of a member of staff shows. The clock stands still here, so their used codes are forgotten."""
        mine = factors.staff_app.c.staff_id == self.ids[login]
        with self.database.owner.begin() as connection:
            connection.execute(update(factors.staff_app).where(mine).values(last_step=None))
        return pyotp.TOTP(app_secret(login)).at(at or self.clock())

    def forget_tries(self) -> None:
        """Nobody has guessed a password or a code: here the five minutes never pass."""
        with self.database.owner.begin() as connection:
            connection.execute(delete(staff.staff_attempt))

    def open_curtains(self) -> None:
        """Whoever is signed in has just taken the step that opens names."""
        with self.database.owner.begin() as connection:
            connection.execute(update(staff.staff_sign_in).values(names_until=self.clock() + timedelta(minutes=2)))

    def hold(self, at: datetime, lecture: str = "algorithms", **values: Any) -> int:
        """A hold of a lecture's codes, from an instant on; with `released_at`, until then."""
        return self.add("", board.hold, lecture_id=self.ids[lecture], held_at=at, **values)

    def put_in_register(
        self, student: str, status: str = "present", *, method: str = "hand", lecture: str = "algorithms"
    ) -> None:
        """What the register says of a student, without a word of how it came to."""
        key = {"lecture_id": self.ids[lecture], "student_id": self.ids[student]}
        self.add("", register.attendance, **key, status=status, method=method, arrived_at=self.start)

    def keep_walk_in(self, student: str = "cy", lecture: str = "algorithms") -> None:
        """The arrival of a student who is not on the list, waiting for somebody to settle it."""
        key = {"lecture_id": self.ids[lecture], "student_id": self.ids[student]}
        self.add("", register.walk_in, **key, method="qr", arrived_at=self.start)

    def key(self, lecture: str = "algorithms") -> LectureKey:
        """The key of a lecture's codes."""
        row = self.rows(board.lecture, board.lecture.c.id == self.ids[lecture])[0]
        return lecture_key(MASTER.keys[row.kid], row.id, row.salt)

    def qr(self, lecture: str = "algorithms", at: datetime | None = None) -> str:
        """The ten characters a screen shows at an instant."""
        return qr_code(self.key(lecture), step_at(at or self.clock(), CodePolicy().qr_step_seconds))

    def digits(self, lecture: str = "algorithms", at: datetime | None = None) -> str:
        """The six digits a screen shows at an instant."""
        return digits_code(self.key(lecture), step_at(at or self.clock(), CodePolicy().digits_step_seconds))


class Browser(FlaskClient):
    """A test client that asks its wing by the wing's own address, as a browser does."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            own = ADDRESSES.of(self.application.extensions["kiosk_wing"])
            options.setdefault("base_url", own)
        return super().open(*args, **options)

    def csrf(self, path: str) -> str:
        """The CSRF token of the first form on a page."""
        text = self.get(path).get_data(as_text=True)
        return text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]

    def send(self, path: str, form_on: str | None = None, **fields: Any) -> TestResponse:
        """Fill in the form at `form_on` (or at `path` itself) and send it to `path`."""
        # The forms of a staff page that was opened carry the step that opens the curtain.
        step = {"curtain": "open"} if self.application.extensions["kiosk_wing"] == "admin" else {}
        return self.post(path, data={"csrf_token": self.csrf(form_on or path), **step, **fields})


def words(answer: TestResponse) -> str:
    """A page's text, spaces made one."""
    return " ".join(answer.get_data(as_text=True).split())


def tokenless(text: str) -> str:
    """A page without the tokens of its forms, which are others a second later."""
    return TOKEN.sub("", text)


@cache
def quick_hash() -> str:
    """PASSWORD's, made to be checked at once: most tests sign somebody in, and few are about what that costs."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def repeats(lecture_id: int, salt: bytes, first_at: datetime, last_at: datetime) -> bool:
    """Whether a lecture with this salt shows some digits twice between two instants."""
    return has_repeats(lecture_key(MASTER.keys["k1"], lecture_id, salt), first_at, last_at, CodePolicy())


def repeating_salts(lecture_id: int, first_at: datetime, last_at: datetime) -> Iterator[bytes]:
    """Salts with which some digits come twice between two instants."""
    salts = (number.to_bytes(16) for number in range(100_000))
    return (salt for salt in salts if repeats(lecture_id, salt, first_at, last_at))


def set_stage(database: Database, start: datetime = START, *, password_hash: str = "") -> Stage:
    """The standing cast, one lecture that began two minutes ago and one of another module."""
    stage = Stage(database, Clock(start + timedelta(minutes=2)), start, password_hash=password_hash or quick_hash())
    stage.add("4/4053", board.room, code="4/4053", name="Lecture Theatre A")
    stage.add("58/1065", board.room, code="58/1065", name="")
    for code, title, department in (
        ("COMP1201", "Algorithms", "Computing"),
        ("HIST2002", "The Silk Roads", "History"),
    ):
        stage.add(code, board.module, code=code, title=title, department=department, participation="policy")
    stage.add_student("ada", "31000001", "Ada Lovelace", "COMP1201")
    stage.add_student("ben", "31000002", "Ben Okri", "COMP1201")
    stage.add_student("cy", "31000003", "Cy Young", "HIST2002")
    stage.add_staff("day", "Dr Day", "lecturer")
    stage.add_staff("eve", "Dr Eve", "lecturer")
    stage.add_staff("mo", "Mo Admin", "module_admin", "department", "Computing")
    stage.add_staff("ro", "Ro Rooms", "room_admin", "all")
    stage.add_staff("sid", "Sid System", "system_admin", "all")
    stage.add_staff("olu", "Olu Owner", "data_owner", "all")
    stage.add_staff("nell", "Nell Scopeless", "module_admin", "department")
    stage.add_staff("tia", "Tia Tutor", "personal_tutor")
    stage.add_staff("ona", "Ona Officer", "engagement_officer", "department", "Computing")
    stage.add_staff("dot", "Dot Dataprotection", "dpo", "all")
    stage.add("", records.tutee, staff_id=stage.ids["tia"], student_id=stage.ids["ada"])
    stage.add("", staff.teaching, staff_id=stage.ids["day"], module_id=stage.ids["COMP1201"])
    stage.add("", staff.teaching, staff_id=stage.ids["eve"], module_id=stage.ids["HIST2002"])
    stage.add_lecture("algorithms")
    stage.add_lecture("silk", modules=("HIST2002",), rooms=("58/1065",))
    return stage
