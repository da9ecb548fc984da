"""Schedules and groups by name and ARN.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
"""

from __future__ import annotations

from typing import Final

from windsock.kernel.scope import Scope

DEFAULT_GROUP: Final = "default"
SERVICE: Final = "scheduler.amazonaws.com"


def group_arn(scope: Scope, group: str) -> str:
    """The ARN of a schedule group."""
    return scope.arn("scheduler", f"schedule-group/{group}")


def schedule_arn(scope: Scope, group: str, name: str) -> str:
    """The ARN of a schedule."""
    return scope.arn("scheduler", f"schedule/{group}/{name}")
