"""Mails that SNS would have sent."""

from __future__ import annotations

from typing import Any

from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import control_path
from windsock.kernel.clock import to_datetime


@control_path("mails")
async def mails(asked: Asked) -> dict[str, Any]:
    """The latest, oldest first: of everybody, or those `to` an address."""
    from windsock.services.sns.mails import list_mails  # here: a start loads no services

    kept = asked.engine.store.read(lambda tx: list_mails(tx, recipient=asked.query.get("to", "")))
    return {
        "mails": [
            {
                "from": mail.sender,
                "to": mail.recipient,
                "sent": to_datetime(mail.sent_ms).isoformat(),
                "subject": mail.subject,
                "text": mail.body,
            }
            for mail in reversed(kept)
        ]
    }
