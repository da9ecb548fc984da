"""AWS::Events::Archive: an archive of a bus.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Events::Archive")
class Archive(ByModel):
    """An archive; its id is its name."""

    service = "events"
    create_operation = "CreateArchive"
    update_operation = "UpdateArchive"
    delete_operation = "DeleteArchive"
    id_parameter = "ArchiveName"
    name_property = "ArchiveName"
    longest_name = 48
    renamed: ClassVar = {"SourceArn": "EventSourceArn"}
    defaults: ClassVar = {"Description": "", "RetentionDays": 0}
    tagging = None
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        return {"ArchiveName": physical_id, "Arn": work.scope.arn("events", f"archive/{physical_id}")}
