"""What the errors of APIs mean for resources, in the codes of the contract of resource handlers.

Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
"""

from __future__ import annotations

from typing import Final

from windsock.kernel.errors import AwsError

# By a part of the error's code; the first that is in it counts.
_CODES: Final = {
    "AccessDenied": "AccessDenied",
    "Unauthorized": "AccessDenied",
    "AuthorizationError": "AccessDenied",
    "AlreadyExist": "AlreadyExists",
    "EntityAlreadyExists": "AlreadyExists",
    "AlreadyOwned": "AlreadyExists",
    "NotFound": "NotFound",
    "NoSuch": "NotFound",
    "DoesNotExist": "NotFound",
    "LimitExceeded": "ServiceLimitExceeded",
    "Throttl": "Throttling",
    "Conflict": "ResourceConflict",
    "ResourceInUse": "AlreadyExists",
    "Invalid": "InvalidRequest",
    "Malformed": "InvalidRequest",
    "Validation": "InvalidRequest",
}


def handler_code(error: AwsError) -> str:
    """The code of the contract of resource handlers that says best what an API's error means."""
    code = error.code
    for part, meaning in _CODES.items():
        if part in code:
            return meaning
    return "GeneralServiceException" if error.status < 500 else "ServiceInternalError"
