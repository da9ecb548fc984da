"""The metrics of AWS/SNS.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from windsock.engine.engine import Engine
from windsock.kernel.scope import Scope
from windsock.services.sns.arns import TopicKey

_NAMESPACE: Final = "AWS/SNS"
_DIRECT: Final[Mapping[str, str]] = {"PhoneNumber": "PhoneNumberDirect"}


def count(engine: Engine, topic: TopicKey, name: str, values: Sequence[float] = (1,)) -> None:
    """Samples of a topic's metric."""
    engine.metrics.count_all(topic.scope, _NAMESPACE, name, {"TopicName": topic.name}, values)


def count_direct(engine: Engine, scope: Scope, name: str) -> None:
    """One sample for messages sent straight to phone numbers."""
    engine.metrics.count(scope, _NAMESPACE, name, _DIRECT)
