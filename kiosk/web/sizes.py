"""Addresses that take larger forms than the others. Knows none of them."""

from flask import Blueprint, request


def widen(blueprint: Blueprint, *endpoints: str, body_bytes: int, memory_bytes: int = 0) -> None:
    """Let these endpoints of a blueprint take bodies of `body_bytes`, with `memory_bytes` (all, unless said) of it in memory.

    It has to be said before the CSRF check reads the form.
    """
    names = {f"{blueprint.name}.{endpoint}" for endpoint in endpoints}

    @blueprint.url_value_preprocessor
    def _widen(endpoint: str | None, _: object) -> None:
        if endpoint in names:
            request.max_content_length = body_bytes
            request.max_form_memory_size = memory_bytes or body_bytes
