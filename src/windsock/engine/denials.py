"""What was denied, or would have been, kept in memory for `windsock iam denied`.

Alike denials are counted, not listed again; beyond a number of different ones the longest unseen go.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from windsock.kernel.limits import DENIALS_KEPT


@dataclass(frozen=True, slots=True)
class Denial:
    """Who may not do what on which resource, and why: `reason` is AWS's, `statements` those that deny.

    `account` is the one that was called. `enforced` says whether the call was refused; otherwise it went on.
    """

    account: str
    user: str
    action: str
    resource: str
    reason: str
    statements: tuple[str, ...]
    enforced: bool


@dataclass(slots=True)
class _Seen:
    count: int
    first_ms: int
    last_ms: int
    request_id: str
    cause: str


class Denials:
    """The latest denials of an engine."""

    def __init__(self, engine: object) -> None:
        self._seen: OrderedDict[Denial, _Seen] = OrderedDict()

    def note(self, denial: Denial, now_ms: int, request_id: str, cause: str) -> None:
        """Note a denial. `cause` is what made the call happen, empty when somebody outside asked."""
        seen = self._seen.pop(denial, None) or _Seen(0, now_ms, now_ms, request_id, cause)
        self._seen[denial] = _Seen(seen.count + 1, seen.first_ms, now_ms, request_id, cause)
        if len(self._seen) > DENIALS_KEPT:
            self._seen.popitem(last=False)

    def latest(self) -> Sequence[dict[str, Any]]:
        """Every kind of denial with its `count`, instants and latest request, the latest first."""
        return [asdict(denial) | asdict(seen) for denial, seen in reversed(self._seen.items())]
