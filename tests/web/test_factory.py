"""What every wing gets from the factory, on a wing made for the test."""

import logging
from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, abort, request
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kiosk.settings import SettingsProblem
from kiosk.store.database import db
from kiosk.web.access import ANYONE, SIGNED_IN, Gate, UndeclaredRoute, access
from kiosk.web.factory import Wing, make_app
from kiosk.web.surroundings import asker, now
from tests.stage import Browser, Stage

CANARY = "Ada Lovelace"
STYLE, SCRIPT = "/static/checkin/style.css", "/static/vendor/socket.io.min.js"


def pages() -> Blueprint:
    made = Blueprint("pages", __name__)

    @made.get("/open")
    @access(ANYONE)
    def open_() -> str:
        return f"{now():%H:%M} {asker()}"

    @made.post("/open")
    @access(ANYONE)
    def send() -> str:
        return str(len(request.form.get("text", "")))

    @made.get("/closed")
    @access(SIGNED_IN)
    def closed() -> str:
        return "inside"

    @made.get("/special")
    @access("special")
    def special() -> str:
        return "special"

    @made.get("/broken")
    @access(ANYONE)
    def broken() -> str:
        raise RuntimeError(CANARY)

    @made.get("/query")
    @access(ANYONE)
    def query() -> str:
        return str(db.session.execute(text("select login from staff where name = :n"), {"n": CANARY}).all())

    @made.get("/away")
    @access(ANYONE)
    def away() -> str:
        raise OperationalError("select", {}, Exception("could not connect"))

    @made.get("/status/<int:code>")
    @access(ANYONE)
    def status(code: int) -> str:
        abort(code)

    return made


PUBLIC = frozenset({"static", *(f"pages.{name}" for name in "open_ send broken query away status".split())})


@pytest.fixture
def make(stage: Stage) -> Callable[..., Flask]:
    def make(*, signed_in: bool = False, may: bool = False, **changes: object) -> Flask:
        gate = Gate(
            public=changes.pop("public", PUBLIC),  # type: ignore[arg-type]
            is_signed_in=lambda: signed_in,
            may=lambda need: may,
            turn_away=lambda: redirect_to_start(),
        )
        blueprints = [*changes.pop("blueprints", [pages()])]  # type: ignore[misc]
        wing = Wing("checkin", gate, blueprints, prepare=lambda app: None, script=False)
        app = make_app(wing, stage.settings("checkin", **changes), clock=stage.clock)
        app.test_client_class = Browser
        with app.app_context():
            stage.database.engines.append(db.engine)
        return app

    return make


def redirect_to_start() -> Response:
    return redirect("/open", 303)


@pytest.fixture
def client(make: Callable[..., Flask]) -> Browser:
    return make().test_client()  # type: ignore[return-value]


def test_a_public_page_is_answered_at_the_time_the_clock_says(client: Browser) -> None:
    assert client.get("/open").text == "10:02 127.0.0.1"


@pytest.mark.parametrize("path", ["/closed", "/special", "/nothing-here", "/closed/../nothing"])
def test_a_stranger_is_turned_away_alike_from_what_exists_and_what_does_not(client: Browser, path: str) -> None:
    assert client.get(path).status_code == 303


def test_somebody_signed_in_without_the_permission_finds_nothing(make: Callable[..., Flask]) -> None:
    client = make(signed_in=True).test_client()
    assert (client.get("/closed").text, client.get("/special").status_code) == ("inside", 404)
    assert make(signed_in=True, may=True).test_client().get("/special").text == "special"


def test_a_route_that_says_nothing_stops_the_start(make: Callable[..., Flask]) -> None:
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", view_func=lambda: "")
    with pytest.raises(UndeclaredRoute, match="/forgotten"):
        make(blueprints=[pages(), forgotten])


def test_a_public_route_that_is_not_on_the_list_stops_the_start(make: Callable[..., Flask]) -> None:
    with pytest.raises(UndeclaredRoute, match="pages.broken"):
        make(public=PUBLIC - {"pages.broken"})


def test_debug_mode_stops_the_start(make: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(SettingsProblem, match="FLASK_DEBUG"):
        make()


def test_a_breakdown_shows_no_value_on_the_page_or_in_the_log(
    client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/broken?name=" + CANARY)
    assert answer.status_code == 500
    assert "RuntimeError < " in caplog.text
    assert CANARY not in answer.text + caplog.text


def test_a_refused_query_shows_no_sql(client: Browser, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/query")
    assert answer.status_code == 500
    assert not any(word in answer.text + caplog.text for word in (CANARY, "select", "staff where"))


def test_a_database_that_is_away_is_said_plainly(client: Browser) -> None:
    answer = client.get("/away")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "Nothing was recorded yet" in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 413, 418, 429, 500, 502, 503])
def test_each_status_has_a_page_that_says_what_to_do(client: Browser, status: int) -> None:
    answer = client.get(f"/status/{status}")
    assert answer.status_code == status
    assert "<!doctype html>" in answer.text.lower()


def test_every_answer_carries_the_headers(client: Browser) -> None:
    for path in ("/open", "/broken", "/static/shared/nothing.css"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        denied = set(headers["Permissions-Policy"].split(", "))
        assert {"accelerometer=()", "bluetooth=()", "camera=()", "geolocation=()"} <= denied


def test_only_a_style_sheet_does_without_those_of_pages(client: Browser) -> None:
    style, script = (client.get(path).headers for path in (STYLE, SCRIPT))
    assert (style["X-Content-Type-Options"], style["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert ["Content-Security-Policy" in it for it in (style, script)] == [False, True]


def test_no_answer_says_that_it_varies_where_nobody_keeps_it(stage: Stage) -> None:
    """What is kept is the same for every cookie, and is sent packed to those who take it."""
    browser = Browser(stage.app("checkin"))
    said = {path: browser.get(path, headers={"Accept-Encoding": "gzip"}).headers.get("Vary") for path in ("/", STYLE)}
    assert said == {"/": None, STYLE: "Accept-Encoding"}


def test_a_redirect_carries_those_that_matter_without_a_page(client: Browser) -> None:
    headers = client.get("/nothing-here").headers
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "Permissions-Policy" not in headers


def test_a_form_without_its_csrf_token_is_refused(client: Browser) -> None:
    assert client.post("/open", data={"text": "x"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.test"},
    ],
)
def test_a_form_from_another_site_is_refused_whatever_it_carries(client: Browser, headers: dict[str, str]) -> None:
    with client.application.test_request_context(base_url="http://in.kiosk.test"):
        from flask import session
        from flask_wtf.csrf import generate_csrf

        token, secret = generate_csrf(), session["csrf_token"]
    with client.session_transaction(base_url="http://in.kiosk.test") as kept:
        kept["csrf_token"] = secret
    form = {"csrf_token": token, "text": "four"}
    assert client.post("/open", data=form, headers=headers).status_code == 400
    assert client.post("/open", data=form, headers={"Sec-Fetch-Site": "same-origin"}).text == "4"
    assert client.post("/open", data=form, headers={"Origin": "null"}).text == "4"


def test_a_ten_megabyte_form_is_refused(client: Browser) -> None:
    answer = client.post("/open", data={"text": "x" * 10_000_000})
    assert answer.status_code == 413


def test_a_host_nobody_configured_is_refused(client: Browser) -> None:
    assert client.get("/open", base_url="http://elsewhere.test").status_code == 400


@pytest.mark.parametrize(
    "path", ["display/style.css", "admin/style.css", "shared/..%2f..%2fsettings.py", "../settings.py"]
)
def test_another_wings_files_are_not_there(client: Browser, path: str) -> None:
    assert client.get(f"/static/{path}").status_code in (303, 404)


def test_a_file_with_a_name_longer_than_any_is_not_there(client: Browser) -> None:
    assert client.get(f"/static/shared/{'a' * 300}").status_code == 404


def test_another_wings_templates_are_not_there(client: Browser) -> None:
    from jinja2 import TemplateNotFound

    with pytest.raises(TemplateNotFound):
        client.application.jinja_env.get_template("admin/problem.html")


def test_style_is_cached_by_its_fingerprint_and_compressed(client: Browser) -> None:
    with client.application.test_request_context(base_url="http://in.kiosk.test"):
        url = client.application.jinja_env.globals["asset"]("checkin", "style.css")
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "immutable" not in client.get(url.split("?")[0]).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "1.1.1.1", "127.0.0.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (1, "", "None"),
        (2, "1.1.1.1", "None"),
        (1, "nonsense", "None"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
    ],
)
def test_the_askers_address_is_read_from_the_right(
    make: Callable[..., Flask], proxies: int, forwarded: str, seen: str
) -> None:
    client = make(trusted_proxies=proxies).test_client()
    assert client.get("/open", headers={"X-Forwarded-For": forwarded}).text.endswith(seen)


def test_cookies_are_tied_to_the_host_where_the_wing_has_its_own(make: Callable[..., Flask], stage: Stage) -> None:
    from tests.stage import ADDRESSES

    secure = type(ADDRESSES)(ADDRESSES.display, "https://in.kiosk.test", ADDRESSES.admin)
    config = make(addresses=secure).config
    assert config["SESSION_COOKIE_NAME"] == "__Host-kiosk_checkin"
    assert config["SESSION_COOKIE_SECURE"]
    assert config["SESSION_COOKIE_PATH"] == "/"


def test_the_log_is_quiet_about_ordinary_requests(client: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/open?name=" + CANARY)
    assert CANARY not in caplog.text
