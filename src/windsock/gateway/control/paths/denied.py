"""What IAM denied, or would have."""

from __future__ import annotations

from typing import Any

from windsock.engine.denials import Denials
from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import control_path


@control_path("iam/denied")
async def denied(asked: Asked) -> dict[str, Any]:
    """Who may not do what, and why: the latest first."""
    engine = asked.engine
    return {"mode": engine.settings.iam, "denied": engine.part(Denials).latest()}
