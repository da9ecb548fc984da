"""Metric math: what CloudWatch calculates from time series.

    request = Request({"m1": Series({0: 1.0, 60: 3.0}, 60), "m2": Series({0: 2.0}, 60)}, start=0, end=120)
    Calculation(request, {"e1": parse("100 * m2 / m1")}).result("e1")   # ({0: 200.0, 60: 0.0},)

Sources: "Using math expressions with CloudWatch metrics"
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html and "CloudWatch search
expression syntax" https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
"""

from windsock.languages.metric_math.calculation import Calculation
from windsock.languages.metric_math.errors import InvalidExpression, UnsupportedFunction
from windsock.languages.metric_math.expression import Expression
from windsock.languages.metric_math.request import Request
from windsock.languages.metric_math.search import MetricName, SearchExpression
from windsock.languages.metric_math.syntax import parse
from windsock.languages.metric_math.values import Array, Series

__all__ = [
    "Array",
    "Calculation",
    "Expression",
    "InvalidExpression",
    "MetricName",
    "Request",
    "SearchExpression",
    "Series",
    "UnsupportedFunction",
    "parse",
]
