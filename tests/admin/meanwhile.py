"""Something that happens in between: just before one request calls a function, another request is answered whole."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest


def meanwhile(monkeypatch: pytest.MonkeyPatch, function: str, happen: Callable[[], Any]) -> list[Any]:
    """Let something happen just before the first call of a function, named by its module; what came of it."""
    module, name = function.rsplit(".", 1)
    real, is_first, came = getattr(import_module(module), name), iter([True]), []

    def late(*given: Any, **named: Any) -> Any:
        if next(is_first, False):  # what happens may call it too
            # In a thread of its own: within one, Flask gives both requests the same person and database session.
            with ThreadPoolExecutor(1) as apart:
                came.append(apart.submit(happen).result())
        return real(*given, **named)

    monkeypatch.setattr(function, late)
    return came
