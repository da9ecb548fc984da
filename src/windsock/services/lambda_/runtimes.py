"""The names of runtimes that a function or layer may have.

AWS's list, and beside it any `nodejs` version: templates that predate the check name some that never
were (`nodejs6.1`), and they run on the Node.js that is there.
Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import re
from typing import Final

from windsock.services.lambda_.errors import InvalidParameterValue

RUNTIMES: Final = (
    "nodejs22.x", "nodejs24.x", "nodejs20.x", "nodejs18.x", "nodejs16.x", "nodejs14.x", "nodejs12.x",
    "nodejs10.x", "nodejs8.10", "nodejs6.10", "nodejs4.3", "nodejs4.3-edge", "nodejs",
    "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python3.9", "python3.8",
    "python3.7", "python3.6", "python2.7",
    "provided.al2023", "provided.al2", "provided",
    "java25", "java21", "java17", "java11", "java8.al2", "java8",
    "dotnet10", "dotnet8", "dotnet6", "dotnetcore3.1", "dotnetcore2.1", "dotnetcore2.0", "dotnetcore1.0",
    "ruby3.4", "ruby3.3", "ruby3.2", "ruby2.7", "ruby2.5",
    "go1.x",
)  # fmt: skip
_KNOWN: Final = frozenset(RUNTIMES)
_ANY_NODE: Final = re.compile(r"nodejs\d+(?:\.\d+|\.x)")


def check_runtime(name: str) -> None:
    """Raises InvalidParameterValue for a name that is none."""
    if name in _KNOWN or _ANY_NODE.fullmatch(name):
        return
    raise InvalidParameterValue(
        f"Value {name} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
        f"[{', '.join(RUNTIMES)}] or be a valid ARN"
    )
