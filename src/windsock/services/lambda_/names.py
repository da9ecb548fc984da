"""Naming a function: by name, partial ARN or ARN, each with or without a qualifier.

Source: "Name formats" of every operation, https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import InvalidParameterValue, ResourceNotFound, constraint_broken
from windsock.services.lambda_.limits import NAME_CHARACTERS

LATEST: Final = "$LATEST"

_FUNCTION: Final = re.compile(
    r"(?:arn:aws[a-zA-Z-]*:lambda:)?"
    r"(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):)?"
    r"(?:(?P<account>\d{12}):)?"
    r"(?:function:)?"
    r"(?P<name>[a-zA-Z0-9-_]+)"
    r"(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)
_PATTERN_TOLD: Final = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
    r"(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function as a call names it. `qualifier` is None where the call gives none."""

    scope: Scope
    name: str
    qualifier: str | None = None

    @property
    def columns(self) -> dict[str, str]:
        """The values that name the function in statements: `of_account`, `of_region` and `of_name`."""
        return {"of_account": self.scope.account, "of_region": self.scope.region, "of_name": self.name}

    @property
    def unqualified_arn(self) -> str:
        """The function's ARN."""
        return self.scope.arn("lambda", f"function:{self.name}")

    @property
    def arn(self) -> str:
        """The ARN with the qualifier the call gave."""
        return self.unqualified_arn if self.qualifier is None else f"{self.unqualified_arn}:{self.qualifier}"

    def with_qualifier(self, qualifier: str) -> str:
        """The ARN of a version or alias."""
        return f"{self.unqualified_arn}:{qualifier}"


def function_named(scope: Scope, params: Mapping[str, Any]) -> FunctionName:
    """What `FunctionName` and `Qualifier` of a call name.

    Raises InvalidParameterValue when the two disagree, ResourceNotFound for another region.
    """
    named = parse_function(scope, params["FunctionName"])
    qualifier: str | None = params.get("Qualifier") or None
    if qualifier is None:
        return named
    if named.qualifier is not None and named.qualifier != qualifier:
        raise InvalidParameterValue(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return FunctionName(named.scope, named.name, qualifier)


def unqualified_function(scope: Scope, params: Mapping[str, Any]) -> FunctionName:
    """What `FunctionName` names, for operations on the function as a whole; a qualifier is refused."""
    named = parse_function(scope, params["FunctionName"])
    if named.qualifier is not None:
        raise InvalidParameterValue(
            f"This operation does not permit a qualified function ARN: {params['FunctionName']}"
        )
    return named


def parse_function(scope: Scope, given: str) -> FunctionName:
    """A function by any of its names. `scope` stands in for the account and region that are not said."""
    found = _FUNCTION.fullmatch(given)
    if found is None:
        raise constraint_broken(
            given, "functionName", f"Member must satisfy regular expression pattern: {_PATTERN_TOLD}"
        )
    if len(found["name"]) > NAME_CHARACTERS:
        broken = constraint_broken(
            given, "functionName", f"Member must have length less than or equal to {NAME_CHARACTERS}"
        )
        raise InvalidParameterValue(broken.message)
    region = found["region"] or scope.region
    if region != scope.region:
        raise ResourceNotFound(
            f"Functions from '{region}' are not reachable in this region ('{scope.region}')"
        )
    return FunctionName(Scope(found["account"] or scope.account, region), found["name"], found["qualifier"])


def is_version(qualifier: str) -> bool:
    """Whether a qualifier is the number of a published version."""
    return qualifier.isdigit()
