"""Text messages and mobile pushes that SNS would have handed to a provider."""

from __future__ import annotations

from typing import Any

from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import control_path
from windsock.kernel.clock import to_datetime


@control_path("pushes")
async def pushes(asked: Asked) -> dict[str, Any]:
    """The latest, oldest first: of everybody, or those `to` a phone number or the ARN of an endpoint."""
    from windsock.services.sns.pushes import list_pushes  # here: a start loads no services

    kept = asked.engine.store.read(lambda tx: list_pushes(tx, endpoint=asked.query.get("to", "")))
    return {
        "pushes": [
            {
                "by": row.protocol,
                "to": row.endpoint,
                "sent": to_datetime(row.sent_ms).isoformat(),
                "topic": row.topic_arn,
                "subject": row.subject,
                "text": row.body,
            }
            for row in reversed(kept)
        ]
    }
