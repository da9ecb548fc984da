"""Calculating expressions that may name one another.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

from collections.abc import Mapping

from windsock.languages.metric_math.errors import InvalidExpression
from windsock.languages.metric_math.expression import Expression
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.values import Array, Series, Value


class Calculation:
    """The values of a request's metrics and expressions, each calculated once, when it is asked for."""

    def __init__(self, request: Request, expressions: Mapping[str, Expression]) -> None:
        self._request = request
        self._expressions = expressions
        self._values: dict[str, Value] = {}
        self._begun: list[str] = []

    def result(self, query_id: str) -> Array:
        """The time series that an id stands for; an expression may give several.

        Raises InvalidExpression, also for an expression that gives a scalar, which no result can be.
        """
        value = self._value(query_id)
        if isinstance(value, float):
            raise InvalidExpression("the result must be a time series or an array of time series")
        return (value,) if isinstance(value, Series) else value

    def is_array(self, query_id: str) -> bool:
        """Whether an id stands for an array of time series."""
        return isinstance(self._value(query_id), tuple)

    def _value(self, query_id: str) -> Value:
        if query_id in self._request.metrics:
            return self._request.metrics[query_id]
        if query_id in self._values:
            return self._values[query_id]
        expression = self._expressions.get(query_id)
        if expression is None:
            raise InvalidExpression(f"there is no metric and no expression {query_id}")
        if query_id in self._begun:
            raise InvalidExpression(f"{query_id} depends on itself")
        self._begun.append(query_id)
        value = expression.value(self._request, self._value)
        self._begun.pop()
        self._values[query_id] = value
        return value
