"""One factory for all wings: each gets a key, cookie, engine, templates, static files, gate and error pages of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask
from flask_compress import Compress
from jinja2 import FileSystemLoader, PrefixLoader, StrictUndefined

from kiosk.settings import SettingsProblem, WingSettings
from kiosk.store.database import db
from kiosk.store.engines import confine, engine_options
from kiosk.web import access, assets, csrf, errors, headers, kinds, languages, times
from kiosk.web.surroundings import Offload, run_here, utc_now

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@dataclass(frozen=True)
class Wing:
    """What makes one wing differ from another.

    prepare: run before the routes are checked; the place for a login manager or a socket.
    script: whether its pages may run script of their own.
    allowed: Permissions-Policy entries it needs.
    cookie_days: how long its cookie stays in a browser when a sign-in asks for that.
    body_bytes: the largest request it reads.
    is_translated: whether its pages are in every language of the institution.
    choose_language: which of them a request is answered in; without it, the institution's first.
    """

    name: str
    gate: access.Gate
    blueprints: Sequence[Blueprint]
    prepare: Callable[[Flask], None]
    script: bool
    allowed: str = ""
    cookie_days: int = 1
    body_bytes: int = 64 * 1024
    is_translated: bool = False
    choose_language: languages.Choice | None = None


def make_app(
    wing: Wing,
    settings: WingSettings,
    *,
    clock: Callable[[], datetime] = utc_now,
    offload: Offload = run_here,
) -> Flask:
    """A wing's app, with every wall up.

    Raises:
        UndeclaredRoute: a route says nothing of who may ask it.
        SettingsProblem: debug mode is on.
    """
    app = Flask(f"kiosk.{wing.name}", static_folder=None, template_folder=None)
    if app.debug:
        raise SettingsProblem("Debug mode would show the inside of the program on the projector. Unset FLASK_DEBUG.")
    app.extensions.update(kiosk_wing=wing.name, kiosk_settings=settings, kiosk_clock=clock, kiosk_offload=offload)
    app.config.update(_config(wing, settings))
    _set_templates(app, wing.name, settings)
    spoken = settings.institution.languages if wing.is_translated else (languages.SOURCE,)
    languages.speak(app, spoken, wing.choose_language)
    kinds.speak_of_kinds(app)
    db.init_app(app)
    with app.app_context():
        confine(db.engine, wing.name)
    Compress(app)
    headers.send_headers(app, script=wing.script, allowed=wing.allowed)
    assets.serve_assets(app, wing.name)
    for blueprint in wing.blueprints:
        app.register_blueprint(blueprint)
    wing.prepare(app)
    access.guard(app, wing.gate)
    csrf.protect(app)
    errors.show_errors(app)
    return app


def _config(wing: Wing, settings: WingSettings) -> dict[str, object]:
    prefix = "__Host-" if settings.is_secure and not settings.mount else ""
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": f"{prefix}kiosk_{wing.name}",
        "SESSION_COOKIE_PATH": settings.mount or "/",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=wing.cookie_days),
        "MAX_CONTENT_LENGTH": wing.body_bytes,
        "MAX_FORM_MEMORY_SIZE": wing.body_bytes,
        "MAX_FORM_PARTS": 200,
        "TRUSTED_HOSTS": _hosts(settings),
        "PROPAGATE_EXCEPTIONS": False,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "COMPRESS_ALGORITHM": ["gzip"],
        "COMPRESS_MIN_SIZE": 200,
        "COMPRESS_STREAMS": False,
    }


def _hosts(settings: WingSettings) -> list[str]:
    host = urlsplit(settings.addresses.of(settings.wing)).hostname or ""
    return [host, "localhost"] if host == "127.0.0.1" else [host]


def _set_templates(app: Flask, wing: str, settings: WingSettings) -> None:
    """A wing's templates are named wing/page.html or shared/part.html; no other folder can be reached."""
    loaders = {name: FileSystemLoader(TEMPLATES / name) for name in (wing, "shared")}
    app.jinja_options = {"loader": PrefixLoader(loaders)}
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["institution"] = settings.institution
    times.add_filters(app.jinja_env, settings.institution.time_zone)
