"""The lines Lambda itself writes around an invocation's output.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
"""

from __future__ import annotations

import math
import uuid

from windsock.kernel.clock import to_datetime
from windsock.runner.failures import Failure


def log_stream(version: str, now_ms: int) -> str:
    """The name of a new process's log stream: `2017/01/02/[$LATEST]8b3d...`."""
    return f"{to_datetime(now_ms):%Y/%m/%d}/[{version}]{uuid.uuid4().hex}"


def iso_ms(instant_ms: int) -> str:
    """`2017-01-02T00:00:00.000Z`."""
    return f"{to_datetime(instant_ms):%Y-%m-%dT%H:%M:%S}.{instant_ms % 1000:03d}Z"


def start(request_id: str, version: str) -> str:
    """The line before the output."""
    return f"START RequestId: {request_id} Version: {version}\n"


def end(
    request_id: str,
    *,
    duration_ms: float,
    init_ms: float | None,
    memory_mb: int,
    used_mb: int,
    failure: Failure | None,
) -> str:
    """The END and REPORT lines. What is billed includes the initialisation, in whole milliseconds."""
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration_ms:.2f} ms",
        f"Billed Duration: {math.ceil(duration_ms + (init_ms or 0))} ms",
        f"Memory Size: {memory_mb} MB",
        f"Max Memory Used: {used_mb} MB",
    ]
    if init_ms is not None:
        fields.append(f"Init Duration: {init_ms:.2f} ms")
    if failure:
        fields.append(f"Status: {failure.status}")
        if failure.reported:
            fields.append(f"Error Type: {failure.reported}")
    return f"END RequestId: {request_id}\n" + "\t".join(fields) + "\t\n"
