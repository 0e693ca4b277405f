"""A university at nine o'clock: thousands of students signed in, hundreds of lectures about to begin, and what a phone does."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert
from werkzeug.wrappers import Response

from kiosk.checkin import receipts
from kiosk.domain.codes import QR_CHARACTERS, CodePolicy, lecture_key, qr_code, step_at
from kiosk.secret_files import read_secret
from kiosk.store.tables import board, register
from tests.benchmarks.storm import Answer, Line, Prepared, Visit, request
from tests.stage import ADDRESSES, MASTER, PASSWORD, Stage

MODULES_EACH = 4
FIRST = 10_000
"""The id of the first student, lecture and module."""
_CSRF = "0123456789abcdef0123456789abcdef01234567"


class Place(Protocol):
    """What is served: a house, or a university."""

    @property
    def stage(self) -> Stage: ...

    @property
    def checkin_origin(self) -> str:
        """The students' wing, as a browser names it."""

    @property
    def secrets(self) -> Path:
        """The folder of the instance's secrets."""


@dataclass(frozen=True)
class Morning:
    """What is served, with so many students, so many to a lecture; the ids of students and of the lecture each is at."""

    place: Place
    students: Sequence[int]
    lecture_of: dict[int, int]
    salts: dict[int, bytes]
    qr_step_seconds: int = CodePolicy().qr_step_seconds

    @property
    def host(self) -> str:
        return urlsplit(self.place.checkin_origin).netloc

    @property
    def stage(self) -> Stage:
        return self.place.stage

    def code(self, lecture_id: int) -> str:
        """What the lecture's screen shows now."""
        key = lecture_key(MASTER.keys["k1"], lecture_id, self.salts[lecture_id])
        return qr_code(key, step_at(datetime.now(UTC), self.qr_step_seconds))


def fill(place: Place, students: int, at_a_lecture: int) -> Morning:
    """Put so many students into what is served; its lectures begin in ten minutes, so that nobody is late whatever is measured."""
    starts_at = datetime.now(UTC) + timedelta(minutes=10)
    people = range(FIRST, FIRST + students)
    lectures = range(FIRST, FIRST + -(-students // at_a_lecture))
    of = {person: lectures[(person - FIRST) // at_a_lecture] for person in people}
    salts = {lecture: f"salt {lecture}".encode().ljust(16)[:16] for lecture in lectures}
    rows: dict[Any, Iterator[dict[str, Any]]] = {
        board.module: (_module(it) for it in lectures),
        board.lecture: (_lecture(it, starts_at, salts[it]) for it in lectures),
        board.lecture_module: ({"lecture_id": it, "module_id": it, "group_name": ""} for it in lectures),
    }
    with place.stage.database.owner.begin() as connection:
        for table, made in rows.items():
            connection.execute(insert(table), list(made))
    enrol(place.stage, of, lectures)
    return Morning(place, people, of, salts)


def enrol(stage: Stage, lecture_of: Mapping[int, int], lectures: range) -> None:
    """Put in students with the cast's password: each in the module of their lecture, which has its id, and in three more."""
    since = datetime.now(UTC)
    rows: dict[Any, Iterator[dict[str, Any]]] = {
        register.student: (_student(it) for it in lecture_of),
        register.student_credential: (
            {"student_id": it, "password_hash": stage.password_hash, "epoch": 1, "changed_at": since}
            for it in lecture_of
        ),
        register.enrolment: (
            {"student_id": it, "module_id": module, "group_name": ""}
            for it, lecture in lecture_of.items()
            for module in _modules(lecture, lectures)
        ),
    }
    with stage.database.owner.begin() as connection:
        for table, made in rows.items():
            connection.execute(insert(table), list(made))


def _modules(own: int, all_of_them: range) -> set[int]:
    return {all_of_them[(own - all_of_them[0] + step * 17) % len(all_of_them)] for step in range(MODULES_EACH)}


def login_of(student: int) -> str:
    """What a student signs in with."""
    return f"s{student}"


def _module(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"MOD{number}",
        "title": "A module",
        "department": "Computing",
        "participation": "policy",
    }


def _lecture(number: int, starts_at: datetime, salt: bytes) -> dict[str, Any]:
    ends_at = starts_at + timedelta(minutes=50)
    return {
        "id": number,
        "kind": "Lecture",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "mode": "in_person",
        "kid": "k1",
        "salt": salt,
    }


def _student(number: int) -> dict[str, Any]:
    return {"id": number, "number": f"3{number:07}", "login": login_of(number), "known_as": f"Student {number}"}


class Phones:
    """Phones that are signed in already, by cookies made with the instance's own secret."""

    def __init__(self, morning: Morning) -> None:
        self._morning = morning
        secret = read_secret(morning.place.secrets / "checkin.key")
        addresses = replace(ADDRESSES, checkin=morning.place.checkin_origin)
        self._settings = morning.stage.settings("checkin", secret_key=secret, addresses=addresses)
        app = Flask("cookies")
        app.secret_key = self._settings.secret_key
        self._cookies = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self._form_token = URLSafeTimedSerializer(self._settings.secret_key, salt="wtf-csrf-token").dumps(_CSRF)

    def signed_in(self, student: int) -> dict[str, str]:
        """The cookies of a student's own phone."""
        until = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
        session = {
            "_permanent": True,
            "_user_id": f"{student}.1",
            "browser": "benchmark",
            "until": until,
            "csrf_token": _CSRF,
        }
        return self._cookie(session)

    def _cookie(self, session: dict[str, object]) -> dict[str, str]:
        name = "__Host-kiosk_checkin" if self._settings.is_secure else "kiosk_checkin"
        return {name: self._cookies.dumps(session)}

    def receipt(self, lecture: int) -> dict[str, str]:
        """What a scan of a lecture's code leaves in a browser."""
        answer = receipts.hand_over(Response(), receipts.issue(lecture, 0, datetime.now(UTC)), self._settings)
        return {receipts.COOKIE: answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]}

    def asks_page(self, student: int) -> bytes:
        """What asks for the page that a scan leads to, in bytes."""
        cookies = {**self.signed_in(student), **self.receipt(self._morning.lecture_of[student])}
        return request("GET", "/check-in", host=self._morning.host, cookies=cookies)

    def asks_tap(self, student: int, lecture: int) -> bytes:
        """The one POST of a check-in, in bytes."""
        form = urlencode({"csrf_token": self._form_token, "lecture": lecture})
        cookies = {**self.signed_in(student), **self.receipt(lecture)}
        return request("POST", "/check-in", host=self._morning.host, cookies=cookies, form=form)

    def tap(self, student: int, *, again: bool = False, at: int | None = None) -> Prepared:
        """The one POST of a check-in, made ready so that the storm itself is cheap: of somebody who is recorded already, or at a
        lecture that is not theirs."""
        lecture = at or self._morning.lecture_of[student]
        word = "checked in again" if again else "checked in"
        return Prepared(self.asks_tap(student, lecture), f"/check-ins/{lecture}", word)

    def forged(self, student: int) -> Visit:
        """A tap with a receipt that nobody signed: it is sent back to its page, or to what is recorded already."""
        cookies = {**self.signed_in(student), receipts.COOKIE: "1:1:1:made-up.signature"}
        form = urlencode({"csrf_token": self._form_token, "lecture": self._morning.lecture_of[student]})
        asked = request("POST", "/check-in", host=self._morning.host, cookies=cookies, form=form)
        wanted = f"/check-ins/{self._morning.lecture_of[student]}"

        async def visit(line: Line) -> str:
            answer = await line.ask(asked)
            return (
                "turned away"
                if answer.headers.get("location", "") in ("/check-in", wanted)
                else f"answer {answer.status}"
            )

        return visit

    def stranger(self, student: int) -> Visit:
        """A tap of a phone that has scanned this student's lecture, and on which nobody is signed in."""
        lecture = self._morning.lecture_of[student]
        form = urlencode({"csrf_token": self._form_token, "lecture": lecture})
        cookies = {**self._cookie({"csrf_token": _CSRF}), **self.receipt(lecture)}
        asked = request("POST", "/check-in", host=self._morning.host, cookies=cookies, form=form)

        async def visit(line: Line) -> str:
            answer = await line.ask(asked)
            return "asked to sign in" if answer.headers.get("location") == "/check-in" else f"answer {answer.status}"

        return visit

    def wrong_code(self, student: int) -> Visit:
        """A scan of a code that no screen shows: "that code has changed"."""
        asked = request("GET", f"/{'0' * QR_CHARACTERS}", host=self._morning.host, cookies=self.signed_in(student))

        async def visit(line: Line) -> str:
            answer = await line.ask(asked)
            return "changed" if answer.status == 404 else f"answer {answer.status}"

        return visit

    def whole(self, student: int) -> Visit:
        """All a cold phone asks for: the scanned address, the page, its style, the tap, the confirmation."""
        cookies = self.signed_in(student)

        async def visit(line: Line) -> str:
            def ask(method: str, path: str, form: str | None = None) -> bytes:
                return request(method, path, host=self._morning.host, cookies=cookies, form=form)

            lecture = self._morning.lecture_of[student]
            scanned = await line.ask(ask("GET", f"/{self._morning.code(lecture)}"))
            cookies.update(scanned.cookies)
            page = await line.ask(ask("GET", "/check-in"))
            await line.ask(ask("GET", _style(page)))
            form = urlencode({"csrf_token": self._form_token, "lecture": lecture})
            tapped = await line.ask(ask("POST", "/check-in", form))
            done = await line.ask(ask("GET", tapped.headers.get("location", "/")))
            is_taken = done.status == 200 and tapped.headers.get("location") == f"/check-ins/{lecture}"
            return "checked in" if is_taken else f"answer {tapped.status}"

        return visit

    def signing_in(self, student: int) -> Visit:
        """A phone that nobody has signed in on: the scanned address, the password, the tap, the confirmation."""
        cookies: dict[str, str] = {}
        answers: list[str] = []

        async def visit(line: Line) -> str:
            async def ask(method: str, path: str, **fields: object) -> Answer:
                form = urlencode(fields) if fields else None
                answer = await line.ask(request(method, path, host=self._morning.host, cookies=cookies, form=form))
                cookies.update(answer.cookies)
                answers.append(f"{answer.status} {answer.headers.get('location', '')}".strip())
                return answer

            lecture = self._morning.lecture_of[student]
            await ask("GET", f"/{self._morning.code(lecture)}")
            token = _token(await ask("GET", "/check-in"))
            await ask("POST", "/sign-in", csrf_token=token, login=login_of(student), password=PASSWORD)
            token = _token(await ask("GET", "/check-in"))
            tapped = await ask("POST", "/check-in", csrf_token=token, lecture=lecture)
            is_taken = tapped.headers.get("location") == f"/check-ins/{lecture}"
            return "signed in" if is_taken else f"answers {', '.join(answers)}"

        return visit


def _token(page: Answer) -> str:
    return _text(page).partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def _style(page: Answer) -> str:
    return _text(page).partition('rel="stylesheet" href="')[2].partition('"')[0]


def _text(answer: Answer) -> str:
    body = gzip.decompress(answer.body) if answer.headers.get("content-encoding") == "gzip" else answer.body
    return body.decode()
