"""Where functions make themselves known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Argument, Value

Body = Callable[..., Value]
"""Takes the request and the values of the arguments. Raises InvalidExpression."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function by its name, and how many arguments it takes."""

    name: str
    body: Body
    least: int
    most: int

    def call(self, request: Request, arguments: list[Argument]) -> Value:
        """The result for the values of the arguments. Raises InvalidExpression, which names the function."""
        if not self.least <= len(arguments) <= self.most:
            counts = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
            raise InvalidExpression(f"{self.name} takes {counts} arguments")
        try:
            return self.body(request, *arguments)
        except InvalidExpression as problem:
            raise type(problem)(f"{self.name}: {problem}") from problem


FUNCTIONS: Final[dict[str, Function]] = {}
UNSUPPORTED: Final = frozenset(
    {
        "ANOMALY_DETECTION_BAND",
        "DB_PERF_INSIGHTS",
        "INSIGHT_RULE_METRIC",
        "LAMBDA",
        "SERVICE_QUOTA",
    }
)
"""What CloudWatch has and needs more than time series for: models, rules, quotas, functions."""


def function(name: str, least: int = 1, most: int | None = None) -> Callable[[Any], Any]:
    """Register the body of a function that takes `least` to `most` arguments."""

    def register(body: Body) -> Body:
        FUNCTIONS[name] = Function(name, body, least, least if most is None else most)
        return body

    return register
