"""Service models, loaded ahead of the first request that needs them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from windsock.engine.model_patterns import compile_pattern
from windsock.kernel.models import protocols, service_model, service_names

# Its Unicode category makes the table of them, which the patterns of names and tags need.
_ANY_LETTER = r"\p{L}"


def warm(services: Iterable[str]) -> threading.Thread:
    """Load the models of `services`, in this order, on a thread of its own that holds up no exit."""
    thread = threading.Thread(target=_load, args=(tuple(services),), name="warming", daemon=True)
    thread.start()
    return thread


def _load(services: tuple[str, ...]) -> None:
    service_names()
    for service in services:
        _ = service_model(service).operation_names, protocols(service)
    compile_pattern(_ANY_LETTER)
