"""An account's CloudFormation in one region, as the walkthroughs deploy the systems of the seed with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from windsock.testing import Server

TEMPLATES = Path(__file__).parent / "templates"


class Stacks:
    """Makes, changes and deletes stacks, and waits for the end of each operation."""

    def __init__(self, server: Server, cloudformation: Any) -> None:
        self._server = server
        self._cloudformation = cloudformation

    def create(self, name: str, template: str, **parameters: str) -> dict[str, str]:
        """Make a stack of a file of `templates/`; its outputs."""
        self._cloudformation.create_stack(**_asked(name, template, parameters))
        return self.finished(name, "CREATE_COMPLETE")

    def update(
        self, name: str, template: str, status: str = "UPDATE_COMPLETE", **parameters: str
    ) -> dict[str, str]:
        """Change a stack, which must end so; its outputs."""
        self._cloudformation.update_stack(**_asked(name, template, parameters))
        return self.finished(name, status)

    def execute(self, name: str, status: str) -> dict[str, str]:
        """Execute the stack's only change set; the stack's outputs."""
        (summary,) = self._cloudformation.list_change_sets(StackName=name)["Summaries"]
        self._cloudformation.execute_change_set(ChangeSetName=summary["ChangeSetId"])
        return self.finished(name, status)

    def delete(self, name: str) -> None:
        """Delete a stack."""
        (stack,) = self._cloudformation.describe_stacks(StackName=name)["Stacks"]
        self._cloudformation.delete_stack(StackName=name)
        self.finished(stack["StackId"], "DELETE_COMPLETE")

    def finished(self, name: str, status: str) -> dict[str, str]:
        """Wait until a stack's operation is over, which must end so; the stack's outputs."""
        self._server.settle()
        (stack,) = self._cloudformation.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == status, self.failures(name)
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}

    def failures(self, name: str) -> list[str]:
        """Why resources of a stack failed, oldest first."""
        events = self._cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        failed = [each for each in reversed(events) if each["ResourceStatus"].endswith("_FAILED")]
        return [f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason')}" for each in failed]

    def physical_ids(self, name: str) -> dict[str, str]:
        """What a stack's resources are called outside of it."""
        found = self._cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def _asked(name: str, template: str, parameters: dict[str, str]) -> dict[str, Any]:
    return {
        "StackName": name,
        "TemplateBody": (TEMPLATES / template).read_text(),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
