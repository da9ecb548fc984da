"""AWS::CodeCommit::Repository: a Git repository.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codecommit-repository.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::CodeCommit::Repository")
class Repository(ByModel):
    """A repository; its id is the one that CodeCommit gave it."""

    service = "codecommit"
    create_operation = "CreateRepository"
    delete_operation = "DeleteRepository"
    id_parameter = "repositoryName"
    answer = ("repositoryMetadata", "repositoryId")
    name_property = "RepositoryName"
    changed = frozenset({"RepositoryDescription"})
    there = ("RepositoryNameExistsException",)
    gone = ("RepositoryDoesNotExistException",)

    async def made_before(self, work: Work, properties: Properties) -> Mapping[str, Any]:
        return await work.call("codecommit", "GetRepository", repositoryName=properties["RepositoryName"])

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        description = properties.get("RepositoryDescription", "")
        if before and description != before.get("RepositoryDescription", ""):
            await work.call(
                "codecommit",
                "UpdateRepositoryDescription",
                repositoryName=properties["RepositoryName"],
                repositoryDescription=description,
            )

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        name = properties["RepositoryName"]
        found = (await work.call("codecommit", "GetRepository", repositoryName=name))["repositoryMetadata"]
        return {
            "Arn": found["Arn"],
            "CloneUrlHttp": found["cloneUrlHttp"],
            "CloneUrlSsh": found["cloneUrlSsh"],
            "Name": name,
        }

    def known_as(self, existing: Existing) -> str:
        return str(existing.properties["RepositoryName"])
