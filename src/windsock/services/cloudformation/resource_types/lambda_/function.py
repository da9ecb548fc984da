"""AWS::Lambda::Function: a function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
"""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

from windsock.services.cloudformation.resource_type import (
    Existing,
    Made,
    Properties,
    ResourceType,
    resource_type,
)
from windsock.services.cloudformation.tagging import Tagging, tags_of
from windsock.services.cloudformation.work import Work

_MOST: Final = 64
# The properties that CreateFunction and UpdateFunctionConfiguration take under their own names.
_CONFIGURATION: Final = (
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "Handler",
    "ImageConfig",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "SnapStart",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
)
_OBJECT: Final = ("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")


@resource_type("AWS::Lambda::Function")
class Function(ResourceType):
    """A function."""

    async def create(self, work: Work, properties: Properties) -> Made:
        name = properties.get("FunctionName") or work.name(_MOST)
        with work.there("ResourceConflictException"):
            await work.call(
                "lambda",
                "CreateFunction",
                FunctionName=name,
                Code=_code(properties),
                PackageType=properties.get("PackageType"),
                Architectures=properties.get("Architectures"),
                Tags=tags_of(work, properties),
                **_configuration(properties),
            )
        work.began(name)
        await _put_concurrency(work, name, {}, properties)
        return Made(name, await _attributes(work, name))

    async def update(self, work: Work, existing: Existing, properties: Properties) -> Made:
        name, before = existing.physical_id, existing.properties
        if _configuration(before) != _configuration(properties):
            # What is not declared any more is given back its default.
            cleared = {key: _EMPTY[key] for key in _configuration(before) if key in _EMPTY}
            await work.call(
                "lambda",
                "UpdateFunctionConfiguration",
                FunctionName=name,
                **{**cleared, **_configuration(properties)},
            )
        if before["Code"] != properties["Code"]:
            await work.call("lambda", "UpdateFunctionCode", FunctionName=name, **_code(properties))
        await _put_concurrency(work, name, before, properties)
        attributes = await _attributes(work, name)
        await Tagging().change(work, "lambda", attributes["Arn"], before, properties)
        return Made(name, attributes)

    async def delete(self, work: Work, existing: Existing) -> None:
        with work.gone("ResourceNotFoundException"):
            await work.call("lambda", "DeleteFunction", FunctionName=existing.physical_id)


_EMPTY: Final[dict[str, Any]] = {
    "DeadLetterConfig": {},
    "Description": "",
    "Environment": {"Variables": {}},
    "Layers": [],
    "MemorySize": 128,
    "Timeout": 3,
}


def _configuration(properties: Properties) -> dict[str, Any]:
    return {name: properties[name] for name in _CONFIGURATION if name in properties}


def _code(properties: Properties) -> dict[str, Any]:
    """Where the code is, or its package: text of a template becomes the file `index`."""
    code = properties["Code"]
    if "ZipFile" not in code:
        return {name: code[name] for name in _OBJECT if name in code}
    ending = "js" if str(properties.get("Runtime", "")).startswith("nodejs") else "py"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        # A fixed date: the same text is the same package.
        files.writestr(zipfile.ZipInfo(f"index.{ending}", (1980, 1, 1, 0, 0, 0)), code["ZipFile"])
    return {"ZipFile": archive.getvalue()}


async def _put_concurrency(work: Work, name: str, before: Properties, after: Properties) -> None:
    wanted = after.get("ReservedConcurrentExecutions")
    if wanted is not None:
        await work.call(
            "lambda", "PutFunctionConcurrency", FunctionName=name, ReservedConcurrentExecutions=wanted
        )
    elif "ReservedConcurrentExecutions" in before:
        await work.call("lambda", "DeleteFunctionConcurrency", FunctionName=name)


async def _attributes(work: Work, name: str) -> dict[str, Any]:
    configuration = (await work.call("lambda", "GetFunction", FunctionName=name))["Configuration"]
    return {"Arn": configuration["FunctionArn"]}
