"""Denied calls: who may not do what, and why. What `windsock iam denied` lists, of one account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.console.view_marks import view
from windsock.console.visits import Visit


@view("Denied calls")
async def denied_calls(visit: Visit) -> Mapping[str, Any]:
    """The denials of the account, those of one principal if the query says which."""
    denied = (await visit.call("iam", "ListDeniedCalls"))["DeniedCalls"]
    user = visit.query.get("user", "")
    return {
        "denied": [each for each in denied if user in ("", each["user"])],
        "user": user,
        "users": sorted({each["user"] for each in denied}),
    }
