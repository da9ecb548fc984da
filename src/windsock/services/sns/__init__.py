"""Amazon Simple Notification Service: topics, subscriptions, and deliveries that are not lost.

`signing_certificate(engine)` is what subscribers verify signatures with, `list_mails(tx)` the mails
that were kept because no SMTP server is configured.
"""

from windsock.services.sns.mails import Mail, list_mails
from windsock.services.sns.signing import signing_certificate

__all__ = ["Mail", "list_mails", "signing_certificate"]
