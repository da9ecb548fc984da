"""Which metric is meant: namespace, name and dimensions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import orjson

from windsock.kernel.scope import Scope


class Metric(NamedTuple):
    """A metric of an account in a region; `dimensions` is a JSON object with sorted names."""

    scope: Scope
    namespace: str
    name: str
    dimensions: str

    @property
    def columns(self) -> dict[str, str]:
        """The values of a statement about this metric, by the names of the columns."""
        return {
            **self.scope.columns,
            "namespace": self.namespace,
            "name": self.name,
            "dimensions": self.dimensions,
        }


def metric_of(scope: Scope, namespace: str, name: str, dimensions: Iterable[Mapping[str, str]]) -> Metric:
    """The metric of these `[{"Name": ..., "Value": ...}]`, in whichever order."""
    return Metric(
        scope, namespace, name, dimensions_text({each["Name"]: each["Value"] for each in dimensions})
    )


def dimensions_text(dimensions: Mapping[str, str]) -> str:
    """Dimensions as they are kept."""
    return orjson.dumps(dimensions, option=orjson.OPT_SORT_KEYS).decode()


def dimension_list(text: str) -> list[dict[str, str]]:
    """Dimensions as the API answers them, by name."""
    return [{"Name": name, "Value": value} for name, value in orjson.loads(text).items()]
