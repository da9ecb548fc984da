"""AWS::ECR::Repository: a repository of images.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import as_text
from windsock.services.cloudformation.resource_type import Existing, Properties, resource_type
from windsock.services.cloudformation.work import Work

_NOT_THERE: Final = ("RepositoryPolicyNotFoundException", "LifecyclePolicyNotFoundException")


@resource_type("AWS::ECR::Repository")
class Repository(ByModel):
    """A repository; its id is its name, which has no capitals."""

    service = "ecr"
    create_operation = "CreateRepository"
    delete_operation = "DeleteRepository"
    id_parameter = "repositoryName"
    name_property = "RepositoryName"
    lower_name = True
    settled = frozenset(
        {
            "EmptyOnDelete",
            "ImageScanningConfiguration",
            "ImageTagMutability",
            "LifecyclePolicy",
            "RepositoryPolicyText",
        }
    )
    there = ("RepositoryAlreadyExistsException",)
    gone = ("RepositoryNotFoundException",)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        def changed(name: str) -> bool:
            return bool(properties.get(name) != before.get(name))

        if changed("ImageTagMutability"):
            mutability = properties.get("ImageTagMutability", "MUTABLE")
            await work.call(
                "ecr", "PutImageTagMutability", repositoryName=physical_id, imageTagMutability=mutability
            )
        if changed("ImageScanningConfiguration"):
            scanning = properties.get("ImageScanningConfiguration", {"ScanOnPush": False})
            await work.call(
                "ecr",
                "PutImageScanningConfiguration",
                repositoryName=physical_id,
                imageScanningConfiguration={"scanOnPush": scanning["ScanOnPush"]},
            )
        if changed("RepositoryPolicyText"):
            text = as_text(properties.get("RepositoryPolicyText"))
            await _put(work, physical_id, "SetRepositoryPolicy", "DeleteRepositoryPolicy", "policyText", text)
        if changed("LifecyclePolicy"):
            text = properties.get("LifecyclePolicy", {}).get("LifecyclePolicyText")
            await _put(
                work, physical_id, "PutLifecyclePolicy", "DeleteLifecyclePolicy", "lifecyclePolicyText", text
            )

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await work.call("ecr", "DescribeRepositories", repositoryNames=[physical_id])
        (repository,) = found["repositories"]
        return {"Arn": repository["repositoryArn"], "RepositoryUri": repository["repositoryUri"]}

    async def delete(self, work: Work, existing: Existing) -> None:
        force = existing.properties.get("EmptyOnDelete", False)
        with work.gone(*self.gone):
            await work.call("ecr", "DeleteRepository", repositoryName=existing.physical_id, force=force)


async def _put(work: Work, repository: str, put: str, remove: str, parameter: str, text: str | None) -> None:
    """Put a policy of a repository, or take it away."""
    if text is not None:
        await work.call("ecr", put, repositoryName=repository, **{parameter: text})
        return
    with work.gone(*_NOT_THERE):
        await work.call("ecr", remove, repositoryName=repository)
