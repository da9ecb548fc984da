"""Route 53: a health check that monitors an endpoint says where it is; its port is that of its scheme.

Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.route53.models import HealthCheck

from windsock.kernel.errors import AwsError

# The types without an endpoint.
_OF_OTHERS: Final = frozenset({"CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"})

_make = HealthCheck.__init__


def apply() -> None:
    """Change moto's classes."""
    HealthCheck.__init__ = _made


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
