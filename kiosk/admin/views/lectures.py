"""Sessions: a week of them, one with its screens and its acts, a new one, one moved. No person on any of these pages."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kiosk.admin.access import current_staff
from kiosk.admin.forms import lectures as forms
from kiosk.admin.forms.days import monday
from kiosk.admin.forms.pairing import clean_code
from kiosk.admin.services import control, register
from kiosk.admin.services import lectures as service
from kiosk.domain.lectures import Lecture, RoomRef
from kiosk.domain.permissions import Permission
from kiosk.store.database import db
from kiosk.store.doors.admin.lectures import ModuleChoice
from kiosk.web.access import access
from kiosk.web.surroundings import now, settings

blueprint = Blueprint("lectures", __name__)

Page = str | tuple[str, int] | Response
LECTURE = "/lectures/<int(max=2147483647):lecture_id>"

_NOTES = {
    "pair": "The screen is paired. It shows this session within a few seconds.",
    "add": "The session is added. If its room has a screen, the code is on it within a few seconds.",
    "move": "The session is changed. Screens follow within a few seconds.",
    "stop-screen": "The screen is stopped. It goes dark within three seconds.",
    "resume-screen": "The screen shows this session again within a few seconds.",
    "nothing": "There was nothing to change: this is how it is now.",
    **{name: act.note for name, act in control.ACTS.items()},
}


@dataclass(frozen=True)
class Undo:
    """A form of one button: where it goes and what it says."""

    address: str
    fields: Mapping[str, object] = field(default_factory=dict)


@blueprint.get("/lectures")
@access(Permission.LECTURE_CONTROL)
def list_week() -> str:
    institution, zone = settings().institution, settings().institution.time_zone
    first = monday(request.args.get("from", ""), institution.day_of(now()), forms.FURTHEST)
    since, until = (datetime.combine(first + timedelta(days=days), time.min, zone) for days in (0, 7))
    found = service.lectures_between(
        db.session, current_staff(), Permission.LECTURE_CONTROL, since, until, now=now(), settings=settings()
    )
    by_day = groupby(found, lambda lecture: institution.day_of(lecture.starts_at))
    days = [(datetime.combine(day, time.min, zone), list(lectures)) for day, lectures in by_day]
    weeks = {"before": first - timedelta(days=7), "after": first + timedelta(days=7)}
    return render_template("admin/lectures.html", days=days, first=since, weeks=weeks, now=now())


@blueprint.get(LECTURE)
@access(Permission.LECTURE_CONTROL)
def show(lecture_id: int) -> str:
    page = service.lecture_page(db.session, now(), settings(), current_staff(), lecture_id)
    closed = None
    if page.may_read_register:
        closed = register.closed_register(db.session, now(), settings(), current_staff(), lecture_id)
    fitting = control.fitting(page.lecture, page.facts, now())
    done = request.args.get("done", "")
    undo = _undo(done, page, fitting)
    return render_template(
        "admin/lecture.html",
        page=page,
        lecture=page.lecture,
        now=now(),
        fitting=fitting,
        note=_NOTES.get(done, "") if undo or not _has_undo(done) else "",
        undo=undo,
        reasons=control.VOID_REASONS,
        register=closed,
        hold=page.lecture.hold_at(now()),
    )


@blueprint.get("/lectures/new")
@access(Permission.LECTURE_CHANGE)
def new() -> str:
    choices = _modules()
    form = forms.LectureForm.at(now(), settings().institution.time_zone, [_value(choice) for choice in choices])
    return _form("admin/lecture_new.html", form, {}, modules=choices, pair=clean_code(request.args.get("pair", "")))


@blueprint.post("/lectures/new")
@access(Permission.LECTURE_CHANGE)
def add() -> Page:
    form, choices = forms.LectureForm.read(request.form), _modules()
    pair = clean_code(request.form.get("pair", ""))
    plan, problems = form.plan(
        settings().institution.time_zone, now(), _rooms(), [_value(choice) for choice in choices]
    )
    if plan is None:
        return _form("admin/lecture_new.html", form, problems, modules=choices, pair=pair), 422
    lecture_id = service.add_lecture(db.session, now(), settings(), current_staff(), plan)
    if isinstance(lecture_id, service.Widening):
        problems = {
            "module": "You teach one of these and not the others. Ask a colleague to add a session of them all."
        }
        return _form("admin/lecture_new.html", form, problems, modules=choices, pair=pair), 422
    if pair:
        flash("The session is added.")
        return redirect(url_for("pairing.choose", code=pair, lecture=lecture_id), 303)
    return redirect(url_for("lectures.show", lecture_id=lecture_id, done="add"), 303)


@blueprint.get(f"{LECTURE}/edit")
@access(Permission.LECTURE_CHANGE)
def edit(lecture_id: int) -> str:
    page = service.lecture_page(db.session, now(), settings(), current_staff(), lecture_id)
    form = forms.LectureForm.of(page.lecture, page.facts.version, settings().institution.time_zone)
    return _edit(lecture_id, form, {})


@blueprint.post(f"{LECTURE}/edit")
@access(Permission.LECTURE_CHANGE)
def move(lecture_id: int) -> Page:
    form = forms.LectureForm.read(request.form)
    plan, problems = form.plan(settings().institution.time_zone, now(), _rooms())
    if plan is None:
        return _edit(lecture_id, form, problems), 422
    was = forms.LectureForm.of(_changeable(lecture_id), 0, settings().institution.time_zone)
    if not service.move_lecture(db.session, now(), settings(), current_staff(), lecture_id, plan, form.version):
        return _overtaken(lecture_id, form), 409
    session["moved"] = {"lecture": lecture_id, "fields": was.fields()}
    return redirect(url_for("lectures.show", lecture_id=lecture_id, done="move"), 303)


def _has_undo(done: str) -> bool:
    return done == "stop-screen" or (done in control.ACTS and bool(control.ACTS[done].undo))


def _undo(done: str, page: service.LecturePage, fitting: frozenset[str]) -> Undo | None:
    """The way back from what was done last, while it is still so."""
    act, screen = control.ACTS.get(done), request.args.get("screen", "")
    if act and act.undo in fitting:
        return Undo(url_for("control.act", lecture_id=page.lecture.id, name=act.undo))
    if done == "stop-screen" and any(it.ref == screen and it.stopped for it in page.screens):
        return Undo(url_for("control.resume_screen", lecture_id=page.lecture.id), {"screen": screen})
    moved = session.pop("moved", None) if done == "move" else None
    if moved and moved["lecture"] == page.lecture.id and page.may_change:
        return Undo(
            url_for("lectures.move", lecture_id=page.lecture.id), {**moved["fields"], "version": page.facts.version}
        )
    return None


def _edit(
    lecture_id: int, form: forms.LectureForm, problems: dict[str, str], clash: service.Clash | None = None
) -> str:
    theirs = forms.LectureForm.of(clash.lecture, 0, settings().institution.time_zone) if clash else None
    return _form("admin/lecture_edit.html", form, problems, lecture=_changeable(lecture_id), clash=clash, theirs=theirs)


def _overtaken(lecture_id: int, form: forms.LectureForm) -> str:
    """The form with what was typed still in it, and beside it what somebody else saved meanwhile."""
    clash = service.clash_of(db.session, now(), settings(), current_staff(), lecture_id)
    if now() >= clash.lecture.ends_at:
        return _edit(lecture_id, form, {"form": "The session is over, so its time and place stay as they are."})
    return _edit(lecture_id, replace(form, version=clash.version), {}, clash)


def _changeable(lecture_id: int) -> Lecture:
    return service.lecture_for(
        db.session, current_staff(), Permission.LECTURE_CHANGE, lecture_id, now=now(), settings=settings()
    )


def _form(template: str, form: forms.LectureForm, problems: dict[str, str], **more: object) -> str:
    modes = forms.MODES
    return render_template(
        template,
        form=form,
        problems=defaultdict(str, problems),
        kinds=forms.KINDS,
        modes=modes,
        rooms=_rooms(),
        value=_value,
        **more,
    )


def _modules() -> tuple[ModuleChoice, ...]:
    return service.module_choices(db.session, now(), settings(), current_staff())


def _rooms() -> tuple[RoomRef, ...]:
    return service.room_choices(db.session)


def _value(choice: ModuleChoice) -> str:
    return forms.choice_value(choice.id, choice.group)
