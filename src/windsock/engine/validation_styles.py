"""How each service answers input that breaks its model: one row a service that differs from the rest.

Source: recorded answers (tests/data) and the services' API references.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from windsock.kernel.models import protocols

_QUERY_CODE: Final = "ValidationError"
_COMMON_CODE: Final = "ValidationException"


@dataclass(frozen=True, slots=True)
class MissingMember:
    """How a service says that a required member is not there; `{}` in the message is its name."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ValidationStyle:
    """`code` is the error code, or None for a service that checks its parameters itself, in its own
    words; of such a one `missing` says what it answers for the first required member that is not there,
    None where it checks that too. `enum_orders` gives, for the enum shapes named, the order in which AWS
    lists the values, where that is not the model's; `any_case` names those whose values AWS takes in lower
    case too; `own_checks` those whose values the service checks in its own words, `own_patterns` those of
    which it checks the pattern so. Some services do not say the value that is wrong (`shows_values`)."""

    code: str | None
    enum_orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    any_case: frozenset[str] = frozenset()
    own_checks: frozenset[str] = frozenset()
    own_patterns: frozenset[str] = frozenset()
    shows_values: bool = True
    missing: MissingMember | None = None

    @property
    def checks_required(self) -> bool:
        """Whether required members are looked for here."""
        return self.code is not None or self.missing is not None


_OWN_WORDS: Final = ValidationStyle(None)

# S3's members in paths and headers cannot be missing, so that what is missing is missing in the document.
_NOT_WELL_FORMED: Final = MissingMember(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)

_STYLES: Final[Mapping[str, ValidationStyle]] = {
    "cloudwatch": ValidationStyle(
        _COMMON_CODE, enum_orders={"StateValue": ("INSUFFICIENT_DATA", "ALARM", "OK")}
    ),
    "ec2": ValidationStyle(
        None, missing=MissingMember("MissingParameter", "The request must contain the parameter {}")
    ),
    "ecs": ValidationStyle(None, missing=MissingMember("InvalidParameterException", "{} can not be blank.")),
    "events": ValidationStyle(_COMMON_CODE, any_case=frozenset({"ConnectionOAuthHttpMethod"})),
    "iam": ValidationStyle(_QUERY_CODE, own_patterns=frozenset({"pathType"}), shows_values=False),
    "lambda": ValidationStyle(_COMMON_CODE, own_checks=frozenset({"Runtime"})),
    "logs": ValidationStyle("InvalidParameterException"),
    "route53": ValidationStyle("InvalidInput"),
    "s3": ValidationStyle(None, missing=_NOT_WELL_FORMED),
    "s3control": _OWN_WORDS,
    "sns": _OWN_WORDS,
    "sqs": _OWN_WORDS,
    "stepfunctions": ValidationStyle(
        _COMMON_CODE,
        enum_orders={
            "ExecutionStatus": ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING")
        },
    ),
}


def style_of(service: str) -> ValidationStyle:
    """The style of a service: `ValidationError` is common to query services, else `ValidationException`."""
    style = _STYLES.get(service)
    if style is not None:
        return style
    return ValidationStyle(_QUERY_CODE if protocols(service)[0] == "query" else _COMMON_CODE)
