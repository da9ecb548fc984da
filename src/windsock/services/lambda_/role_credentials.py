"""A function runs as its role: with temporary credentials in its environment.

They are asked for like anybody's, from STS, as the Lambda service; a session is named after its function.
Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from windsock.engine.calls import Caller
from windsock.kernel.clock import to_ms
from windsock.kernel.errors import AwsError
from windsock.services.lambda_.errors import AccessDenied
from windsock.services.lambda_.execution_role import PRINCIPAL, role_of
from windsock.services.lambda_.names import FunctionName

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

# Processes end when what they were started with is nearly over: no environment can be changed from outside.
_SESSION_SECONDS: Final = 43_200
_RENEWED_EARLIER_MS: Final = 3_600_000
# What STS takes for the name of a session, where a function's may be shorter or longer.
_SHORTEST_NAME: Final = 2
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class RoleCredentials:
    """The variables that hold a role's credentials, and when new ones are due."""

    variables: Mapping[str, str]
    access_key: str
    renew_ms: int


async def role_credentials(engine: Engine, named: FunctionName, role_arn: str) -> RoleCredentials:
    """Credentials of a function's role. Raises AccessDenied for a role that Lambda may not assume."""
    params = {
        "RoleArn": role_of(named, role_arn),
        "RoleSessionName": named.name.ljust(_SHORTEST_NAME, "-")[:_LONGEST_NAME],
        "DurationSeconds": _SESSION_SECONDS,
    }
    caller = Caller.service(PRINCIPAL, named.scope.account)
    try:
        answer = await engine.call("sts", "AssumeRole", params, caller=caller, scope=named.scope) or {}
    except AwsError as error:
        if error.code != "AccessDenied":
            raise
        raise AccessDenied("The role defined for the function cannot be assumed by Lambda.") from error
    credentials = answer["Credentials"]
    return RoleCredentials(
        {
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        },
        credentials["AccessKeyId"],
        to_ms(credentials["Expiration"]) - _RENEWED_EARLIER_MS,
    )
