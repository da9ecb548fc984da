"""Where moto changes its state unasked, or in a way nobody could repeat: there it is watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from moto.core.base_backend import BaseBackend
from moto.core.common_models import BaseModel
from moto.moto_api._internal.managed_state_model import ManagedState

from windsock.simulation.child import observed


def take_over() -> None:
    """Watch. Call it before any of moto's services is imported."""
    BaseBackend.__init__ = _noting(BaseBackend.__init__, observed.change)
    ManagedState.advance = _noting(ManagedState.advance, observed.change)
    rsa.generate_private_key = _noting(rsa.generate_private_key, observed.unrepeatable_change)
    ec.generate_private_key = _noting(ec.generate_private_key, observed.unrepeatable_change)
    generate = Ed25519PrivateKey.generate
    Ed25519PrivateKey.generate = staticmethod(_noting(generate, observed.unrepeatable_change))  # type: ignore
    # moto keeps every object it ever made, for a dashboard that is not served here.
    BaseModel.__new__ = lambda cls, *args, **kwargs: object.__new__(cls)


def _noting(function: Callable[..., Any], note: Callable[[], None]) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        note()
        return function(*args, **kwargs)

    return noted
