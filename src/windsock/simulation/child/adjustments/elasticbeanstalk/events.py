"""What Elastic Beanstalk tells of an application's environments, the newest first.

Source: https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeEvents.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.core.utils import utcnow
from moto.elasticbeanstalk.models import Application, eb_backends

from windsock.kernel.clock import to_ms
from windsock.simulation.child.adjustments import change

_SEVERITIES: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_SEVERITY: Final = "INFO"  # nothing fails here
_PAGE: Final = 100


def record(application: Application, environment: str, environment_id: str, message: str) -> None:
    """Something was told of an environment."""
    event = {
        "EventDate": utcnow(),
        "Message": message,
        "ApplicationName": application.application_name,
        "EnvironmentName": environment,
        "Severity": _SEVERITY,
    }
    vars(application).setdefault("events", []).append((environment_id, event))


@change("DescribeEvents")
def describe_events(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """The events of an account that a request is about."""
    applications = eb_backends[account][region].applications.values()
    told = [each for application in applications for each in vars(application).get("events", ())]
    found = [event for environment_id, event in told if _is_wanted(environment_id, event, params)]
    found.sort(key=lambda event: event["EventDate"])
    found.reverse()
    first = int(params.get("NextToken") or 0)
    last = first + (params.get("MaxRecords") or _PAGE)
    page: dict[str, Any] = {"Events": found[first:last]}
    if last < len(found):
        page["NextToken"] = str(last)
    return page


def _is_wanted(environment_id: str, event: dict[str, Any], params: dict[str, Any]) -> bool:
    wanted = {name: params[name] for name in ("ApplicationName", "EnvironmentName") if params.get(name)}
    at_ms = to_ms(event["EventDate"])
    return (
        all(event[name] == value for name, value in wanted.items())
        and params.get("EnvironmentId") in (None, environment_id)
        and _SEVERITIES.index(params.get("Severity") or _SEVERITY) <= _SEVERITIES.index(_SEVERITY)
        and (not params.get("StartTime") or to_ms(params["StartTime"]) <= at_ms)
        and (not params.get("EndTime") or at_ms < to_ms(params["EndTime"]))
    )
