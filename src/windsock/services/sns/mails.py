"""Mails that are kept because no SMTP server is configured, for people and tests to read."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.sns.tables import mails as table
from windsock.store.statements import Statement
from windsock.store.transaction import Snapshot, Transaction

_INSERT = Statement(sa.insert(table))
_LATEST = Statement(
    sa.select(table)
    .where(
        sa.or_(sa.bindparam("recipient") == "", table.c.recipient == sa.bindparam("recipient")),
        sa.or_(sa.bindparam("account") == "", table.c.account == sa.bindparam("account")),
    )
    .order_by(table.c.id.desc())
    .limit(sa.bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it would have been sent; `sent_ms` is in milliseconds since 1970, `body` plain text."""

    id: str
    scope: Scope
    sent_ms: int
    sender: str
    recipient: str
    subject: str
    body: str


def list_mails(tx: Snapshot, *, recipient: str = "", account: str = "", limit: int = 50) -> list[Mail]:
    """The latest mails, newest first: of everybody, or of one recipient or account."""
    rows = tx.rows(_LATEST, {"recipient": recipient, "account": account, "most": limit})
    return [
        Mail(
            row.id,
            Scope(row.account, row.region),
            row.sent_ms,
            row.sender,
            row.recipient,
            row.subject,
            row.body,
        )
        for row in rows
    ]


def keep_mail(tx: Transaction, mail: Mail) -> None:
    """Keep a mail for reading."""
    tx.execute(
        _INSERT,
        {
            **mail.scope.columns,
            "id": mail.id,
            "sent_ms": mail.sent_ms,
            "sender": mail.sender,
            "recipient": mail.recipient,
            "subject": mail.subject,
            "body": mail.body,
        },
    )
