"""The input of targets that are EC2 API calls: the ids of resources.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html; consoles and templates give
an id or an ARN as a JSON string, or several in a list.
"""

from __future__ import annotations

from windsock.engine.call_target import input_value
from windsock.engine.targets import Delivery, TargetError
from windsock.kernel.arns import Arn


def is_builtin(arn: Arn, name: str) -> bool:
    """Whether an ARN is that of the built-in target of a name."""
    return arn.service == "events" and arn.resource == f"target/{name}"


def resource_ids(delivery: Delivery, prefix: str) -> list[str]:
    """The ids (`i-...`, `vol-...`) that a delivery names. Raises TargetError when it names none."""
    value = input_value(delivery)
    given = value if isinstance(value, list) else [value]
    ids = [each.rpartition("/")[2] for each in given if isinstance(each, str)]
    if not ids or len(ids) < len(given) or not all(each.startswith(prefix) for each in ids):
        raise TargetError(
            "INVALID_PARAMETER",
            f"The input of the target names no id of the form {prefix}....",
            retryable=False,
        )
    return ids
