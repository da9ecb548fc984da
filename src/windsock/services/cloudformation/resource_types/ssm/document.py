"""AWS::SSM::Document: what is to be done on instances.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-document.html
"""

from __future__ import annotations

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.parameters import as_text
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.tagging import Tagging
from windsock.services.cloudformation.work import Work


@resource_type("AWS::SSM::Document")
class Document(ByModel):
    """A document; its id is its name."""

    service = "ssm"
    create_operation = "CreateDocument"
    delete_operation = "DeleteDocument"
    id_parameter = "Name"
    name_property = "Name"
    longest_name = 128
    settled = frozenset({"UpdateMethod"})
    changed = frozenset({"Content"})
    tagging = Tagging("AddTagsToResource", "RemoveTagsFromResource", "Document")
    there = ("DocumentAlreadyExists",)
    gone = ("InvalidDocument",)

    async def settle(self, work: Work, physical_id: str, before: Properties, properties: Properties) -> None:
        if before and properties["Content"] != before["Content"]:
            answer = await work.call(
                "ssm",
                "UpdateDocument",
                Name=physical_id,
                Content=as_text(properties["Content"]),
                DocumentFormat=properties.get("DocumentFormat"),
                DocumentVersion="$LATEST",
            )
            version = answer["DocumentDescription"]["DocumentVersion"]
            await work.call("ssm", "UpdateDocumentDefaultVersion", Name=physical_id, DocumentVersion=version)
