"""What a control path is: a function of what was asked, under the path that it answers."""

from __future__ import annotations

import enum
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from windsock.gateway.control.asked import Asked
from windsock.gateway.request import Response
from windsock.kernel.discovery import mark

# What is not a Response is answered as JSON.
Answer = Response | Mapping[str, Any]
PathFunction = Callable[[Asked], Awaitable[Answer]]


class Audience(enum.Enum):
    """Who may ask, besides programs of this machine."""

    MACHINE = enum.auto()
    """Programs elsewhere, unless IAM is enforced."""
    NETWORK = enum.auto()
    """Programs elsewhere, always."""
    EVERYBODY = enum.auto()
    """These, and pages of other sites."""


@dataclass(frozen=True, slots=True)
class Path:
    """A path below `/_windsock/`; `{name}` in it stands for one segment."""

    template: str
    method: str
    audience: Audience
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template))
        object.__setattr__(self, "pattern", re.compile(pattern))


def control_path(
    template: str, method: str = "GET", audience: Audience = Audience.MACHINE
) -> Callable[[PathFunction], PathFunction]:
    """Register a function as what answers a path. It may raise AwsError."""

    def register(function: PathFunction) -> PathFunction:
        mark(function, Path(template, method, audience))
        return function

    return register
