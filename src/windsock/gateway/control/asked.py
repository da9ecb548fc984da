"""What a control path is asked: the request with its parameters, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from windsock.engine.engine import Engine
from windsock.gateway.request import Request
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import DEFAULT_ACCOUNT, DEFAULT_REGION, Scope

_ACCOUNT: Final = re.compile(r"\d{12}")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+){1,3}-\d")


class ControlError(AwsError):
    """A control request that cannot be answered."""

    code = "InvalidRequest"


class NotThere(ControlError):
    """Something asked for that is not there."""

    code = "NotFound"
    status = 404


@dataclass(frozen=True)
class Asked:
    """A request to a control path; `segments` are those that its template names."""

    engine: Engine
    request: Request
    segments: Mapping[str, str]

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query parameters; the last of a name counts."""
        return dict(self.request.query)

    @cached_property
    def scope(self) -> Scope:
        """The account and region that `account` and `region` name, or the defaults. Raises ControlError."""
        region = self.query.get("region", DEFAULT_REGION)
        account = checked_account(self.query.get("account", DEFAULT_ACCOUNT))
        if not _REGION.fullmatch(region):
            raise ControlError(f"region must be one such as {DEFAULT_REGION}, not {region!r}.")
        return Scope(account, region)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object in the body, without members that are null. Raises ControlError."""
        try:
            body = orjson.loads(self.request.body)
        except orjson.JSONDecodeError as error:
            raise ControlError(f"The body is not JSON: {error}.") from error
        if not isinstance(body, dict):
            raise ControlError("The body must be a JSON object.")
        present: dict[str, Any] = _without_nulls(body)
        return present

    def number(self, name: str, default: int, most: int) -> int:
        """A query parameter that is a number from 1 to `most`. Raises ControlError."""
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            raise ControlError(f"{name} must be a number from 1 to {most}, not {text!r}.")
        return int(text)


def checked_account(account: object) -> str:
    """The number of an account. Raises ControlError for what has not twelve digits."""
    if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
        raise ControlError(f"account must have twelve digits, not {account!r}.")
    return account


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
