"""Whether windsock is up."""

from __future__ import annotations

from typing import Any

import windsock
from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import Audience, control_path


@control_path("health", audience=Audience.NETWORK)
async def health(asked: Asked) -> dict[str, Any]:
    """That it is, and its version."""
    return {"status": "ok", "version": windsock.__version__}
