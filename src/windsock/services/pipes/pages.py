"""Pages of a list: where the next one begins, as an opaque token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from windsock.kernel.errors import ValidationError


def start_after(params: Mapping[str, Any]) -> str:
    """The name after which the page begins; empty for the first page. Raises ValidationError."""
    token: str | None = params.get("NextToken")
    if token is None:
        return ""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise ValidationError("Invalid NextToken.") from error


def next_token(name: str) -> str:
    """The token for the page after the one that ends with `name`."""
    return base64.urlsafe_b64encode(name.encode()).decode()
