"""The routes of a wing as an OpenAPI text, for programs that make up requests. Made from the url map; knows no asker."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask

PART = re.compile(r"<(?:(\w+)[^:<>]*:)?(\w+)>")
QUERIES = {
    "/rooms": ("search", "archived", "undo"),
    "/modules": ("search", "archived", "undo"),
    "/lectures": ("from",),
    "/lectures/<int:lecture_id>": ("done",),
    "/record": ("page",),
    "/record/looks": ("page",),
    "/static/<folder>/<name>": ("v",),
}


def described(app: Flask, fields: Callable[[str], list[str]]) -> dict[str, Any]:
    """A wing's routes. Each parameter has its own name as its format, so that values of that name can be made up.

    fields: the fields of the form that a rule reads.
    """
    paths: dict[str, dict[str, Any]] = {}
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            address = PART.sub(r"{\2}", rule.rule)
            paths.setdefault(address, {})[method.lower()] = _operation(plain(rule.rule), method, fields)
    return {"openapi": "3.0.3", "info": {"title": app.name, "version": "0"}, "paths": paths}


def plain(rule: str) -> str:
    """A rule as the tables of the walls write it."""
    return PART.sub(lambda part: f"<{part[1]}:{part[2]}>" if part[1] else f"<{part[2]}>", rule)


def _operation(rule: str, method: str, fields: Callable[[str], list[str]]) -> dict[str, Any]:
    named = [{"in": "path", "name": name, "required": True, "schema": _text(name)} for _, name in PART.findall(rule)]
    about = {"operationId": f"{method} {rule}", "responses": {"default": {"description": "a page"}}}
    if method == "POST":
        return {**about, "parameters": named, "requestBody": {"required": True, "content": _form(rule, fields(rule))}}
    queries = (*QUERIES.get(rule, ()), "anything")
    asked = [{"in": "query", "name": name, "required": True, "schema": _text(name)} for name in queries]
    return {**about, "parameters": [*named, *asked]}


def _form(rule: str, fields: list[str]) -> dict[str, Any]:
    files = (
        {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}} if rule == "/imports/new" else {}
    )
    own = {name: _text(name) for name in (*fields, "csrf_token")}
    kind = "multipart/form-data" if files else "application/x-www-form-urlencoded"
    return {kind: {"schema": {"type": "object", "properties": {**own, **files}, "required": ["csrf_token", *fields]}}}


def _text(name: str) -> dict[str, Any]:
    return {"type": "string", "format": name}
