"""How often signing in failed of late: who fails too often is not looked at for a while, right or wrong.

Counted are the attempts on a user from one address, on a user from anywhere, and from an address on anybody;
names that nobody has count too. AWS does not publish its own limits. Kept in memory: a restart forgets.
Source: https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#login-throttling
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from windsock.engine.calls import Call
from windsock.engine.sign_ins import TooManySignIns
from windsock.services.iam.limits import (
    FAILED_SIGN_INS_BY_ADDRESS,
    FAILED_SIGN_INS_OF_USER,
    FAILED_SIGN_INS_OF_USER_BY_ADDRESS,
    FAILED_SIGN_INS_REMEMBERED,
    SIGN_IN_WINDOW_MS,
)

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_Counted = tuple[str, ...]


class FailedSignIns:
    """The failures of the last minutes."""

    def __init__(self, engine: Engine) -> None:
        self._clock = engine.clock
        self._instants: OrderedDict[_Counted, list[int]] = OrderedDict()

    def refuse_too_many(self, call: Call, name: str) -> None:
        """Raises TooManySignIns for an attempt on `name` (a user, or a key of the root)."""
        for counted, most in _counted(call, name):
            if len(self._recent(counted)) >= most:
                minutes = SIGN_IN_WINDOW_MS // 60_000
                raise TooManySignIns(f"Signing in has failed too often. Try again in {minutes} minutes.")

    def note(self, call: Call, name: str) -> None:
        """An attempt failed."""
        for counted, _ in _counted(call, name):
            self._instants[counted] = [*self._recent(counted), self._clock.now_ms()]
            self._instants.move_to_end(counted)
        while len(self._instants) > FAILED_SIGN_INS_REMEMBERED:
            self._instants.popitem(last=False)

    def _recent(self, counted: _Counted) -> list[int]:
        since = self._clock.now_ms() - SIGN_IN_WINDOW_MS
        return [instant for instant in self._instants.get(counted, ()) if instant > since]


def _counted(call: Call, name: str) -> Iterator[tuple[_Counted, int]]:
    address, user = call.caller.source_ip, (call.scope.account, name.lower())
    yield (*user, address), FAILED_SIGN_INS_OF_USER_BY_ADDRESS
    yield user, FAILED_SIGN_INS_OF_USER
    yield (address,), FAILED_SIGN_INS_BY_ADDRESS
