"""What can become of what staff ask for: read from the types of the services, and what of it came about."""

import enum
import importlib
import inspect
import pkgutil
import sys
import types
import typing
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest

from kiosk.admin import services

Outcome = tuple[str, str]
"""A function of a service, or the service itself for what it raises; and the name of what came of it."""


NOTHING_OF_OURS = {"NoneType", "int", "datetime"}
"""That there is nothing or what its number is says little of what becomes of it."""


def outcomes() -> set[Outcome]:
    """Every class of ours, every word of an enumeration and every yes or no that a service answers with, if it is one of
    several; and every class that it raises."""
    answered = {
        (called(function), name)
        for function in functions()
        if len(names := list(members(typing.get_type_hints(function)["return"]))) > 1
        for name in names
        if name not in NOTHING_OF_OURS
    }
    raised = {(it.__module__.rsplit(".", 1)[-1], it.__name__) for it in exceptions()}
    return answered | raised


def modules() -> list[types.ModuleType]:
    return [importlib.import_module(f"{services.__name__}.{it.name}") for it in pkgutil.iter_modules(services.__path__)]


def functions() -> Iterator[Callable[..., Any]]:
    """The public functions of every service."""
    for module in modules():
        for name, it in vars(module).items():
            if inspect.isfunction(it) and it.__module__ == module.__name__ and not name.startswith("_"):
                yield it


def exceptions() -> Iterator[type[Exception]]:
    for module in modules():
        for it in vars(module).values():
            if inspect.isclass(it) and issubclass(it, Exception) and it.__module__ == module.__name__:
                yield it


def called(function: Callable[..., Any]) -> str:
    return f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"


def members(hint: Any) -> Iterator[str]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        for one in typing.get_args(hint):
            yield from members(one)
    elif inspect.isclass(hint) and issubclass(hint, enum.Enum):
        yield from (str(it) for it in hint)
    elif hint is bool:
        yield from ("True", "False")
    else:
        yield named(hint)


def named(kind: Any) -> str:
    return str((typing.get_origin(kind) or kind).__name__)


def note(monkeypatch: pytest.MonkeyPatch, came: set[Outcome]) -> None:
    """From now on note what comes of each call, wherever the function is known by its name."""
    for function in list(functions()):
        watched = _watched(function, came)
        for module in _knowing(function):
            monkeypatch.setattr(module, function.__name__, watched)


def _knowing(function: Callable[..., Any]) -> list[types.ModuleType]:
    own = [it for name, it in sys.modules.items() if name.startswith("kiosk.admin")]
    return [it for it in own if vars(it).get(function.__name__) is function]


def _watched(function: Callable[..., Any], came: set[Outcome]) -> Callable[..., Any]:
    @wraps(function)
    def watched(*given: Any, **fields: Any) -> Any:
        try:
            answer = function(*given, **fields)
        except Exception as refused:
            came.add((type(refused).__module__.rsplit(".", 1)[-1], type(refused).__name__))
            raise
        came.add((called(function), str(answer) if isinstance(answer, bool | enum.Enum) else named(type(answer))))
        return answer

    return watched
