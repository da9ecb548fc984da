"""Input validation from the service models (being written)."""

from __future__ import annotations

from typing import Any


def validate(service: str, operation: str, params: dict[str, Any]) -> None:
    """Raise ValidationError when `params` break the operation's model."""
