"""Environments as they are kept, and how they come into their states.

moto keeps what the API of tags needs; the rest of an environment is added to it here.
Source: https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_EnvironmentDescription.html
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final

import moto.elasticbeanstalk.models as models
from moto.core.utils import utcnow
from moto.elasticbeanstalk.models import Application, Environment, eb_backends
from moto.moto_api._internal import mock_random

from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.elasticbeanstalk.events import record
from windsock.simulation.child.observed import happened

Params = dict[str, Any]

TOPICS: Final = "aws:elasticbeanstalk:sns:topics"
TOPIC_ARN: Final = "Notification Topic ARN"

# What is done to an environment: the status meanwhile and after, the health meanwhile and after.
_DOING: Final = {
    "createEnvironment": ("Launching", "Ready", "Pending", "Ok"),
    "updateEnvironment": ("Updating", "Ready", "Info", "Ok"),
    "terminateEnvironment": ("Terminating", "Terminated", "", ""),
}
# What is said when it begins and ends, and the status that EventBridge tells then.
_SAID: Final = {
    "createEnvironment": (
        ("createEnvironment is starting.", "Environment creation started"),
        ("createEnvironment completed successfully.", "Environment creation successful"),
    ),
    "updateEnvironment": (
        ("Environment update is starting.", "Environment update started"),
        ("Environment update completed successfully.", "Environment update successful"),
    ),
    "terminateEnvironment": (
        ("terminateEnvironment is starting.", "Environment termination started"),
        ("terminateEnvironment completed successfully.", "Environment termination successful"),
    ),
}
_COLOURS: Final = {"Ok": "Green", "Info": "Green", "Pending": "Grey"}
_MADE_OF_AN_ENDPOINT: Final = ("Notification Endpoint", "Notification Topic Name")


class InvalidParameterValue(AwsError):
    """A request that Elastic Beanstalk does not accept."""

    code = "InvalidParameterValue"


def apply() -> None:
    """Have moto's things hold one another firmly: a state with weak references cannot be written."""
    models.weakref = SimpleNamespace(proxy=lambda thing: thing)


def environments(account: str, region: str) -> Iterator[Environment]:
    """All environments, those that were terminated last among them."""
    for application in eb_backends[account][region].applications.values():
        yield from application.environments.values()


def environment(account: str, region: str, params: Params) -> Environment:
    """The environment that `EnvironmentId` or `EnvironmentName` names. Raises InvalidParameterValue."""
    wanted_id, name = params.get("EnvironmentId"), params.get("EnvironmentName")
    for each in environments(account, region):
        if each.status != "Terminated" and (
            each.environment_id == wanted_id or each.environment_name == name
        ):
            return each
    raise InvalidParameterValue(f"No Environment found for EnvironmentName = '{name or wanted_id}'.")


@change("CreateEnvironment")
def create_environment(account: str, region: str, params: Params) -> Params:
    """Launch an environment of an application."""
    _check_options(params)
    application: Application | None = eb_backends[account][region].applications.get(params["ApplicationName"])
    if application is None:
        raise InvalidParameterValue(f"No Application named '{params['ApplicationName']}' found.")
    name = params.get("EnvironmentName") or f"{application.application_name}-env"
    if any(
        each.environment_name == name and each.status != "Terminated"
        for each in environments(account, region)
    ):
        raise InvalidParameterValue(f"Environment {name} already exists.")
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()}
    made = Environment(application, name, params.get("SolutionStackName") or "", tags)
    made.environment_id = f"e-{mock_random.get_random_string(length=10, lower_case=True)}"
    made.solution_stack_name = params.get("SolutionStackName")
    made.cname = f"{params.get('CNAMEPrefix') or name}.{region}.elasticbeanstalk.com".lower()
    made.tier = params.get("Tier") or made.tier
    made.version_label, made.description, made.options = None, None, {}
    _set(made, params)
    application.environments[name] = made
    _begin(made, "createEnvironment")
    return described(made)


@change("UpdateEnvironment")
def update_environment(account: str, region: str, params: Params) -> Params:
    """Change an environment that is ready."""
    _check_options(params)
    found = environment(account, region, params)
    if found.status != "Ready":
        raise InvalidParameterValue(
            f"Environment named {found.environment_name} is in an invalid state for this operation. "
            "Must be Ready."
        )
    _set(found, params)
    _begin(found, "updateEnvironment")
    return described(found)


@change("TerminateEnvironment")
def terminate_environment(account: str, region: str, params: Params) -> Params:
    """Take an environment down."""
    found = environment(account, region, params)
    if found.status != "Terminating":
        _begin(found, "terminateEnvironment")
    return described(found)


@change("PassEnvironment")
def pass_environment(account: str, region: str, params: Params) -> None:
    """What is done to an environment is done, unless something else is done to it by now."""
    for each in environments(account, region):
        if each.environment_id == params["id"] and each.doing == params["doing"]:
            _, each.status, _, health = _DOING[each.doing]
            each.date_updated = utcnow()
            _say(each, *_SAID[each.doing][1])
            _come_to(each, health)
            each.doing = ""


def _check_options(params: Params) -> None:
    for option in params.get("OptionSettings") or ():
        if option["Namespace"] == TOPICS and option["OptionName"] in _MADE_OF_AN_ENDPOINT:
            raise AwsError(
                f"windsock does not make topics for {option['OptionName']} yet; it takes a {TOPIC_ARN}.",
                code="NotImplemented",
                status=501,
            )


def _set(made: Environment, params: Params) -> None:
    """Take over what a request says; what it leaves out stays."""
    made.version_label = params.get("VersionLabel") or made.version_label
    made.description = params.get("Description") or made.description
    made.solution_stack_name = params.get("SolutionStackName") or made.solution_stack_name
    for option in params.get("OptionsToRemove") or ():
        made.options.pop((option["Namespace"], option["OptionName"]), None)
    for option in params.get("OptionSettings") or ():
        made.options[(option["Namespace"], option["OptionName"])] = option.get("Value", "")


def _begin(made: Environment, doing: str) -> None:
    made.doing = doing
    made.status, _, health, _ = _DOING[doing]
    made.date_updated = utcnow()
    _say(made, *_SAID[doing][0])
    if doing == "createEnvironment":
        made.health_status = health
    else:
        _come_to(made, health)
    application = made.application
    happened(
        "elasticbeanstalk.begun",
        application.account_id,
        application.region,
        id=made.environment_id,
        doing=doing,
    )


def _come_to(made: Environment, health: str) -> None:
    """An environment that is taken down has no health any more, without a word."""
    before, made.health_status = made.health_status, health
    made.health = _COLOURS.get(health, "Grey")
    if health and health != before:
        message = f"Environment health has transitioned from {before} to {health}."
        _say(made, message, "Environment health changed", of_health=True)


def _say(made: Environment, message: str, status: str, *, of_health: bool = False) -> None:
    application = made.application
    record(application, made.environment_name, made.environment_id, message)
    happened(
        "elasticbeanstalk.event",
        application.account_id,
        application.region,
        application=application.application_name,
        environment=made.environment_name,
        arn=made.environment_arn,
        url=f"http://{made.cname}",
        topic=made.options.get((TOPICS, TOPIC_ARN), ""),
        message=message,
        status=status,
        of_health=of_health,
    )


def described(made: Environment) -> Params:
    """An environment as its description."""
    found = {
        "EnvironmentName": made.environment_name,
        "EnvironmentId": made.environment_id,
        "ApplicationName": made.application_name,
        "VersionLabel": made.version_label,
        "SolutionStackName": made.solution_stack_name,
        "Description": made.description,
        "CNAME": made.cname,
        "DateCreated": made.date_created,
        "DateUpdated": made.date_updated,
        "Status": made.status,
        "AbortableOperationInProgress": False,
        "Health": made.health,
        "HealthStatus": made.health_status,
        "Tier": made.tier,
        "EnvironmentLinks": [],
        "EnvironmentArn": made.environment_arn,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}
