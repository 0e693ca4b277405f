"""What check-ins are measured against, under the product's own server: bare WSGI, bare Flask, a raw row, the ORM done plainly.

`python -m tests.benchmarks.reference HOST PORT FILE MODE` serves them; FILE is an SQLite database that it makes.
"""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from kiosk.server import patch

if __name__ == "__main__":
    patch(sys.argv[4])

import sqlite3  # noqa: E402

from flask import Flask, render_template_string, request  # noqa: E402
from flask_sqlalchemy import SQLAlchemy  # noqa: E402
from sqlalchemy import UniqueConstraint, insert  # noqa: E402
from sqlalchemy.exc import IntegrityError  # noqa: E402
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column  # noqa: E402

from kiosk.listener import open_listener  # noqa: E402
from kiosk.server import serve  # noqa: E402
from kiosk.settings import ServerLimits  # noqa: E402

SECRET_KEY = "only of the reference, and long enough"
PAGE = f"<!doctype html><title>Done</title><p>{'x' * 160}</p>"
_DONE = "<!doctype html><title>Checked in</title><h1>Checked in</h1><p>{{ name }}, {{ title }}, {{ at }}.</p>"


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Student(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Lecture(db.Model):  # type: ignore[name-defined, misc]
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Enrolment(db.Model):  # type: ignore[name-defined, misc]
    lecture_id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(primary_key=True)


class Attendance(db.Model):  # type: ignore[name-defined, misc]
    __table_args__ = (UniqueConstraint("lecture_id", "student_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lecture_id: Mapped[int]
    student_id: Mapped[int]
    at: Mapped[datetime]


def make(file: str) -> Callable[..., Any]:
    """The references as one WSGI app: POST /wsgi, /flask, /insert and /orm, with `student` and `lecture` in the form."""
    app = Flask("reference")
    app.config.update(SQLALCHEMY_DATABASE_URI=f"sqlite:///{file}", SECRET_KEY=SECRET_KEY)
    db.init_app(app)
    raw = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    app.add_url_rule("/flask", view_func=lambda: PAGE, methods=["POST"], endpoint="flask")
    app.add_url_rule("/insert", view_func=lambda: insert_raw(raw), methods=["POST"], endpoint="insert")
    app.add_url_rule("/orm", view_func=plainly, methods=["POST"])
    inner = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/wsgi":
            return inner(environ, start_response)
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(PAGE)))]
        start_response("200 OK", headers)
        return [PAGE.encode()]

    return answer


def cookie(student: int) -> str:
    """The session cookie of somebody who is signed in: Flask reads it before each view."""
    app = Flask("cookies")
    app.secret_key = SECRET_KEY
    signed: str = app.session_interface.get_signing_serializer(app).dumps({"_user_id": f"{student}.1"})  # type: ignore[attr-defined]
    return signed


def fill(file: str, students: int, lecture_size: int) -> None:
    """Make the tables, with every student enrolled in one lecture."""
    app = Flask("reference")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{file}"
    db.init_app(app)
    with app.app_context():
        db.create_all()
        ids = range(1, students + 1)
        lectures = range(1, 2 + students // lecture_size)
        db.session.execute(insert(Student), [{"id": it, "name": f"Student {it}"} for it in ids])
        db.session.execute(insert(Lecture), [{"id": it, "title": f"Lecture {it}"} for it in lectures])
        enrolled = [{"lecture_id": 1 + it // lecture_size, "student_id": it} for it in ids]
        db.session.execute(insert(Enrolment), enrolled)
        db.session.commit()
        db.engine.dispose()


def insert_raw(raw: sqlite3.Connection) -> str:
    """One raw row and its commit."""
    values = (request.form["lecture"], request.form["student"], datetime.now(UTC).isoformat(" "))
    raw.execute("INSERT INTO attendance (lecture_id, student_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", values)
    return PAGE


def plainly() -> str:
    """A check-in as one writes it first: objects loaded, looked at, added, committed, and a page."""
    student = db.session.get(Student, int(request.form["student"]))
    lecture = db.session.get(Lecture, int(request.form["lecture"]))
    assert student is not None
    assert lecture is not None
    name, title, at = student.name, lecture.title, datetime.now(UTC).replace(tzinfo=None)
    assert db.session.get(Enrolment, (lecture.id, student.id))
    db.session.add(Attendance(lecture_id=lecture.id, student_id=student.id, at=at))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
    return render_template_string(_DONE, name=name, title=title, at=at)


if __name__ == "__main__":
    host, port, path, mode = sys.argv[1:]
    serve(make(path), open_listener(host, int(port)), mode, ServerLimits())
