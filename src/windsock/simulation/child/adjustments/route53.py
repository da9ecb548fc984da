"""Route 53: what a health check monitors. An endpoint says where it is; an alarm is kept with the check.

Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.route53.models import HealthCheck
from moto.route53.responses import Route53

from windsock.kernel.errors import AwsError

# The types without an endpoint.
_OF_OTHERS: Final = frozenset({"CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"})
_OF_ENDPOINTS: Final = frozenset(
    {"IPAddress", "Port", "RequestInterval", "FailureThreshold", "MeasureLatency", "EnableSNI"}
)
# What moto does not keep.
_OF_ALARMS: Final = ("AlarmIdentifier", "InsufficientDataHealthStatus")

_make, _create, _update = HealthCheck.__init__, Route53.create_health_check, Route53.update_health_check
_config: Callable[[HealthCheck], dict[str, Any]] = HealthCheck.health_check_config.fget


def apply() -> None:
    """Change moto's classes."""
    HealthCheck.__init__ = _made
    HealthCheck.health_check_config = property(_configured)
    Route53.create_health_check = _created
    Route53.update_health_check = _updated


def _made(check: HealthCheck, check_id: str, reference: str, settings: dict[str, Any]) -> None:
    kind = settings["type"]
    if kind not in _OF_OTHERS and not settings.get("ip_address") and not settings.get("fqdn"):
        raise AwsError(
            "Invalid parameter : Either IPAddress or FullyQualifiedDomainName must be specified.",
            code="InvalidInput",
        )
    if kind.startswith("HTTPS") and not settings.get("port"):
        settings = {**settings, "port": 443}
    _make(check, check_id, reference, settings)


def _created(responses: Route53) -> ActionResult:
    config = responses._get_param("HealthCheckConfig")
    if config["Type"] == "CLOUDWATCH_METRIC" and not config.get("AlarmIdentifier"):
        raise AwsError("Invalid parameter : AlarmIdentifier must be specified.", code="InvalidInput")
    result = _create(responses)
    result.result["HealthCheck"].windsock_alarm = {
        name: config[name] for name in _OF_ALARMS if name in config
    }
    return result


def _updated(responses: Route53) -> ActionResult:
    result = _update(responses)
    check = result.result["HealthCheck"]
    check.health_check_version += 1
    given = {name: responses._get_param(name) for name in _OF_ALARMS}
    check.windsock_alarm = _alarm(check) | {name: value for name, value in given.items() if value is not None}
    return result


def _configured(check: HealthCheck) -> dict[str, Any]:
    config = _config(check)
    if check.type_ in _OF_OTHERS:
        config = {name: value for name, value in config.items() if name not in _OF_ENDPOINTS}
    return config | _alarm(check)


def _alarm(check: HealthCheck) -> dict[str, Any]:
    """What a check says of its alarm; one that was made by an older windsock says nothing."""
    alarm: dict[str, Any] = getattr(check, "windsock_alarm", {})
    return alarm
