"""The logging, tracing and encryption configurations of state machines: checked, completed, shown.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html and the
pages of TracingConfiguration and EncryptionConfiguration beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.services.stepfunctions.errors import InvalidEncryptionConfiguration, InvalidLoggingConfiguration

if TYPE_CHECKING:
    from windsock.engine.operations import Context

LOGGING: Final = "loggingConfiguration"
TRACING: Final = "tracingConfiguration"
ENCRYPTION: Final = "encryptionConfiguration"
CONFIGURATIONS: Final = (LOGGING, TRACING, ENCRYPTION)

OFF: Final = "OFF"

_GROUP: Final = "log-group:"
OWNED_KEY: Final = {"type": "AWS_OWNED_KEY"}
_CUSTOMER_KEY: Final = "CUSTOMER_MANAGED_KMS_KEY"


@dataclass(frozen=True, slots=True)
class Settings:
    """The three configurations, complete, as DescribeStateMachine shows them."""

    values: Mapping[str, Any]

    @classmethod
    def of_params(cls, params: Mapping[str, Any], kept: Settings | None = None) -> Settings:
        """What a request asks for, on top of what is `kept`. Raises Invalid...Configuration."""
        given = {**(kept.values if kept else {}), **{n: params[n] for n in CONFIGURATIONS if n in params}}
        return cls(
            {
                LOGGING: _logging(given.get(LOGGING, {})),
                TRACING: _tracing(given.get(TRACING, {})),
                ENCRYPTION: checked_encryption(given.get(ENCRYPTION, OWNED_KEY)),
            }
        )

    @classmethod
    def of_text(cls, text: str) -> Settings:
        """Settings as they are kept."""
        return cls(orjson.loads(text))

    def text(self) -> str:
        """The form in which settings are kept."""
        return orjson.dumps(self.values, option=orjson.OPT_SORT_KEYS).decode()

    @property
    def log_level(self) -> str:
        level: str = self.values[LOGGING]["level"]
        return level

    @property
    def logs_data(self) -> bool:
        """Whether inputs and outputs are logged."""
        return bool(self.values[LOGGING]["includeExecutionData"])

    @property
    def log_group(self) -> str | None:
        """The ARN of the log group, without the `:*` at its end; None when there is none."""
        destinations = self.values[LOGGING].get("destinations")
        if not destinations:
            return None
        arn: str = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"]
        return arn.removesuffix(":*")


async def require_log_group(ctx: Context, settings: Settings) -> None:
    """Raise InvalidLoggingConfiguration when there is a log group to write to and it does not exist."""
    arn = settings.log_group
    if arn is None or settings.log_level == OFF:
        return
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "logs" or not parsed.resource.startswith(_GROUP):
        raise InvalidLoggingConfiguration("Log Destination not found.")
    name = parsed.resource.removeprefix(_GROUP)
    try:
        answer = await ctx.engine.call(
            "logs",
            "DescribeLogGroups",
            {"logGroupNamePrefix": name},
            caller=ctx.call.caller,
            scope=parsed.scope,
            cause=ctx.call.cause,
        )
    except AwsError as error:
        raise InvalidLoggingConfiguration(f"Log Destination not found: {error}") from error
    if all(group["logGroupName"] != name for group in (answer or {}).get("logGroups", ())):
        raise InvalidLoggingConfiguration("Log Destination not found.")


def _logging(given: Mapping[str, Any]) -> dict[str, Any]:
    level = given.get("level") or OFF
    destinations = given.get("destinations")
    if level != OFF and len(destinations or ()) != 1:
        raise InvalidLoggingConfiguration("Must specify exactly one Log Destination.")
    for destination in destinations or ():
        if "logGroupArn" not in destination.get("cloudWatchLogsLogGroup", {}):
            raise InvalidLoggingConfiguration("Must specify exactly one Log Destination.")
    kept = {"level": level, "includeExecutionData": bool(given.get("includeExecutionData"))}
    return kept if destinations is None else {**kept, "destinations": destinations}


def _tracing(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"enabled": bool(given.get("enabled"))}


def checked_encryption(given: Mapping[str, Any]) -> dict[str, Any]:
    """An encryption configuration as it is kept. Raises InvalidEncryptionConfiguration."""
    customer = given["type"] == _CUSTOMER_KEY
    if customer and "kmsKeyId" not in given:
        raise InvalidEncryptionConfiguration(f"kmsKeyId must be specified for the type {_CUSTOMER_KEY}.")
    if not customer and ("kmsKeyId" in given or "kmsDataKeyReusePeriodSeconds" in given):
        raise InvalidEncryptionConfiguration(f"A KMS key goes with the type {_CUSTOMER_KEY} only.")
    return dict(given)
