"""DescribeEnvironments and DescribeConfigurationSettings.

Source: https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeEnvironments.html and
https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeConfigurationSettings.html
"""

from __future__ import annotations

from typing import Any

from moto.elasticbeanstalk.models import Environment

from windsock.kernel.clock import to_ms
from windsock.kernel.errors import AwsError
from windsock.simulation.child.adjustments import change
from windsock.simulation.child.adjustments.elasticbeanstalk.environments import (
    described,
    environment,
    environments,
)


@change("DescribeEnvironments")
def describe_environments(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """The environments a request names, or all; those that were terminated only if it asks for them."""
    found = [described(each) for each in environments(account, region) if _is_wanted(each, params)]
    return {"Environments": found}


def _is_wanted(each: Environment, params: dict[str, Any]) -> bool:
    if each.status == "Terminated" and not _includes_terminated(each, params):
        return False
    return (
        params.get("ApplicationName") in (None, each.application_name)
        and params.get("VersionLabel") in (None, each.version_label)
        and each.environment_name in (params.get("EnvironmentNames") or [each.environment_name])
        and each.environment_id in (params.get("EnvironmentIds") or [each.environment_id])
    )


def _includes_terminated(each: Environment, params: dict[str, Any]) -> bool:
    since = params.get("IncludedDeletedBackTo")
    return bool(params.get("IncludeDeleted")) and (since is None or to_ms(since) <= to_ms(each.date_updated))


@change("DescribeConfigurationSettings")
def describe_configuration_settings(account: str, region: str, params: dict[str, Any]) -> dict[str, Any]:
    """The options that an environment was given; those that have their default are not listed."""
    if params.get("TemplateName"):
        raise AwsError(
            "windsock does not have configuration templates yet.", code="NotImplemented", status=501
        )
    found = environment(account, region, params)
    options = [
        {"Namespace": namespace, "OptionName": name, "Value": value}
        for (namespace, name), value in sorted(found.options.items())
    ]
    settings = {
        "ApplicationName": found.application_name,
        "EnvironmentName": found.environment_name,
        "DeploymentStatus": "pending" if found.doing else "deployed",
        "DateCreated": found.date_created,
        "DateUpdated": found.date_updated,
        "OptionSettings": options,
    }
    if found.solution_stack_name:
        settings["SolutionStackName"] = found.solution_stack_name
    return {"ConfigurationSettings": [settings]}
