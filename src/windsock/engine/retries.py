"""Trying a target again: what can be helped by it, when, and until when.

EventBridge's rules and Scheduler share the policy: 24 hours and 185 attempts unless the target says
otherwise, with pauses that grow exponentially. What trying again cannot help (no permission, no such
resource) is given up at once.
Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html and
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

from windsock.engine.targets import TargetError
from windsock.engine.tasks import Task
from windsock.kernel.errors import AwsError
from windsock.kernel.limits import (
    TARGET_BACKOFF_FIRST_MS,
    TARGET_BACKOFF_LONGEST_MS,
    TARGET_MAX_AGE_SECONDS,
    TARGET_MAX_ATTEMPTS,
)

# `{"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600}`, both optional.
RetryPolicy = Mapping[str, int]

# AWS's ERROR_CODE for what a target's API answered, where it is one of those that retrying cannot help.
_PERMANENT: Final = {
    "AccessDenied": "NO_PERMISSIONS",
    "AccessDeniedException": "NO_PERMISSIONS",
    "AuthorizationError": "NO_PERMISSIONS",
    "NotAuthorized": "NO_PERMISSIONS",
    "QueueDoesNotExist": "NO_RESOURCE",
    "NotFound": "NO_RESOURCE",
    "NotFoundException": "NO_RESOURCE",
    "ResourceNotFoundException": "NO_RESOURCE",
    "StateMachineDoesNotExist": "NO_RESOURCE",
    "NotImplemented": "SDK_CLIENT_ERROR",
}
_RETRYABLE: Final = {
    "ThrottlingException": "THROTTLING",
    "Throttling": "THROTTLING",
    "TooManyRequestsException": "THROTTLING",
    "OverLimit": "THROTTLING",
}


def as_target_error(error: AwsError) -> TargetError:
    """What the answer of a target's API means for the delivery."""
    permanent = _PERMANENT.get(error.code)
    if permanent is None and error.status < 500 and error.code not in _RETRYABLE:
        permanent = "ERROR_FROM_TARGET"
    code = permanent or _RETRYABLE.get(error.code, "ERROR_FROM_TARGET")
    return TargetError(code, f"{error.code}: {error.message}", retryable=permanent is None)


def next_attempt(
    task: Task, policy: RetryPolicy, since_ms: int, now_ms: int, pause_ms: int = 0
) -> int | None:
    """When a task whose attempt just failed is due again; None when the policy allows no further one.

    `since_ms` is when the age of the event begins, `pause_ms` the pause that the receiver asked for at least.
    """
    if has_spent_attempts(task, policy):
        return None
    again = now_ms + max(backoff_ms(task), pause_ms)
    return None if is_too_old(policy, since_ms, again) else again


def has_spent_attempts(task: Task, policy: RetryPolicy) -> bool:
    """Whether the attempts made are all that the policy allows."""
    return task.attempts > policy.get("MaximumRetryAttempts", TARGET_MAX_ATTEMPTS)


def is_too_old(policy: RetryPolicy, since_ms: int, at_ms: int) -> bool:
    """Whether an event from `since_ms` may no longer be delivered at `at_ms`."""
    return at_ms - since_ms > policy.get("MaximumEventAgeInSeconds", TARGET_MAX_AGE_SECONDS) * 1000


def exhausted_condition(task: Task, policy: RetryPolicy) -> str:
    """Which part of its policy ended a task that retrying could have helped, in AWS's words."""
    return "MaximumRetryAttempts" if has_spent_attempts(task, policy) else "MaximumEventAgeInSeconds"


def backoff_ms(task: Task, attempts: int | None = None) -> int:
    """The pause after so many failed attempts (the task's own, if none are given): exponential, with jitter
    in its upper half: 0.5 to 1 s after the first, then twice that, and so on.

    The jitter follows from the task, so that a run on virtual time repeats itself.
    """
    made = task.attempts if attempts is None else attempts
    longest: int = min(TARGET_BACKOFF_FIRST_MS * 2 ** (made - 1), TARGET_BACKOFF_LONGEST_MS)
    spread = zlib.crc32(f"{task.id[:20]}:{made}".encode()) / 0xFFFFFFFF
    return round(longest * (0.5 + spread / 2))
