"""A function's environment variables, and those that Lambda sets itself.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import ENVIRONMENT_BYTES

# "Defined runtime environment variables": the reserved ones. AWS_LAMBDA_EXEC_WRAPPER is the user's to set.
RESERVED: Final = frozenset(
    {
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    }
)  # fmt: skip
_REFUSED: Final = (
    "Lambda was unable to configure your environment variables because the environment variables you have "
    "provided "
)


def checked_environment(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """`Environment` as it is kept; None for one without variables. Raises InvalidParameterValue."""
    variables: dict[str, str] = dict(value.get("Variables") or {})
    reserved = sorted(RESERVED.intersection(variables))
    if reserved:
        raise InvalidParameterValue(
            f"{_REFUSED}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = orjson.dumps(variables)
    if len(measured) > ENVIRONMENT_BYTES:
        raise InvalidParameterValue(f"{_REFUSED}exceeded the 4KB limit. String measured: {measured.decode()}")
    return {"Variables": variables} if variables else None


def reserved_environment(scope: Scope, endpoint: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """Where a function's calls go and as whom; what else Lambda sets is the runner's to know."""
    region = scope.region
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        **credentials,
    }
