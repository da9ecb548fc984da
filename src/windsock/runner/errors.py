"""The error a runner raises itself."""

from __future__ import annotations

from windsock.kernel.errors import AwsError


class InvalidRuntime(AwsError):
    """A runtime that cannot run here; the message names what is missing.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
    """

    code = "InvalidRuntimeException"
    status = 502
