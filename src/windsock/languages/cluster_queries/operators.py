"""Comparisons: of the values a subject has, none, one or several, with an argument.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html#expression-syntax
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

Values = Sequence[str]
# `(values of the subject, arguments, subject) -> bool`
Operator = Callable[[Values, Values, str], bool]


def _equals(values: Values, arguments: Values, subject: str) -> bool:
    return any(_ordered(subject, value) == _ordered(subject, arguments[0]) for value in values)


def _is_in(values: Values, arguments: Values, subject: str) -> bool:
    return any(value in arguments for value in values)


def _matches(values: Values, arguments: Values, subject: str) -> bool:
    return any(re.fullmatch(arguments[0], value) for value in values)


def _exists(values: Values, arguments: Values, subject: str) -> bool:
    return bool(values)


def _not(positive: Operator) -> Operator:
    return lambda values, arguments, subject: not positive(values, arguments, subject)


def _compares(compare: Callable[[Any, Any], bool]) -> Operator:
    def compared(values: Values, arguments: Values, subject: str) -> bool:
        argument = _ordered(subject, arguments[0])
        return any(compare(_ordered(subject, value), argument) for value in values)

    return compared


def _version(text: str) -> Any:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _moment(text: str) -> Any:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


# What the values of a subject are, where they are no texts.
_ORDERED: Final[dict[str, Callable[[str], Any]]] = {
    "agentVersion": _version,
    "registeredAt": _moment,
    "runningTasksCount": int,
}


def _ordered(subject: str, text: str) -> Any:
    """A value as it is compared. Raises ValueError."""
    return _ORDERED.get(subject, str)(text)


# Each operator by the names it has, with whether it takes no argument, one, or a list.
NONE, ONE, LIST = "none", "one", "list"
OPERATORS: Final[dict[str, tuple[Operator, str]]] = {
    **dict.fromkeys(("==", "equals"), (_equals, ONE)),
    **dict.fromkeys(("!=", "not_equals"), (_not(_equals), ONE)),
    **dict.fromkeys((">", "greater_than"), (_compares(operator.gt), ONE)),
    **dict.fromkeys((">=", "greater_than_equal"), (_compares(operator.ge), ONE)),
    **dict.fromkeys(("<", "less_than"), (_compares(operator.lt), ONE)),
    **dict.fromkeys(("<=", "less_than_equal"), (_compares(operator.le), ONE)),
    **dict.fromkeys(("exists",), (_exists, NONE)),
    **dict.fromkeys(("!exists", "not_exists"), (_not(_exists), NONE)),
    **dict.fromkeys(("in",), (_is_in, LIST)),
    **dict.fromkeys(("!in", "not_in"), (_not(_is_in), LIST)),
    **dict.fromkeys(("=~", "matches"), (_matches, ONE)),
    **dict.fromkeys(("!~", "not_matches"), (_not(_matches), ONE)),
}
