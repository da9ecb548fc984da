"""States that moto would move on by itself when somebody looks: they stay until windsock moves them on."""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal.managed_state_model import ManagedState


def hold(kind: type[ManagedState]) -> None:
    """Have things of that kind keep the state they are in."""
    kind.advance = _advance
    kind.status = property(_status, _set_status)


def _advance(_thing: ManagedState) -> None:
    pass


def _status(thing: ManagedState) -> Any:
    return thing._status


def _set_status(thing: ManagedState, state: str) -> None:
    thing._status = state
