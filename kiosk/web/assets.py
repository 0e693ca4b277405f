"""Style, script and pictures of one wing: its own folder, `shared` and `vendor`, and no other wing's."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, make_response, request, url_for

from kiosk.web.access import ANYONE, access

STATIC = Path(__file__).resolve().parent.parent / "static"


def serve_assets(app: Flask, wing: str) -> None:
    """Serve /static/FOLDER/NAME, cached for good when asked for by its fingerprint."""
    folders = (wing, "shared", "vendor")

    @app.get("/static/<folder>/<name>", endpoint="static")
    @access(ANYONE)
    def asset(folder: str, name: str) -> Response:
        if folder not in folders or name not in files(folder):
            abort(404)
        answer = make_response(content(folder, name))
        answer.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        is_fingerprinted = request.args.get("v") == fingerprint(folder, name)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_fingerprinted else "no-cache"
        return answer

    def asset_url(folder: str, name: str) -> str:
        return url_for("static", folder=folder, name=name, v=fingerprint(folder, name))

    app.jinja_env.globals["asset"] = asset_url


@cache
def files(folder: str) -> frozenset[str]:
    """The names in a folder. What somebody asks for is looked up here, and never made into a path before it is found."""
    return frozenset(path.name for path in (STATIC / folder).iterdir() if path.is_file())


@cache
def fingerprint(folder: str, name: str) -> str:
    """Ten characters which change when the file does."""
    return hashlib.sha256(content(folder, name)).hexdigest()[:10]


@cache
def content(folder: str, name: str) -> bytes:
    """The file; a wing's own style comes with the shared colours in front, so that one request fetches both.

    A rule that uses one of those gives the plain value first, for browsers without custom properties.
    """
    own = (STATIC / folder / name).read_bytes()
    return (STATIC / "shared" / "tokens.css").read_bytes() + own if name == "style.css" else own
