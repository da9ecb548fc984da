"""The systems of the seed, run as their articles tell it."""

from __future__ import annotations

from tests.aws.conftest import aws, client, windsock

__all__ = ["aws", "client", "windsock"]
