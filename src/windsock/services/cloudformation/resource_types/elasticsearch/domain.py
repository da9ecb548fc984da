"""AWS::Elasticsearch::Domain: a cluster for searches.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticsearch-domain.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.services.cloudformation.by_model import ByModel
from windsock.services.cloudformation.resource_type import Properties, resource_type
from windsock.services.cloudformation.work import Work


@resource_type("AWS::Elasticsearch::Domain")
class Domain(ByModel):
    """A domain, which no call changes or tags; its id is its name, which has no capitals."""

    service = "es"
    create_operation = "CreateElasticsearchDomain"
    delete_operation = "DeleteElasticsearchDomain"
    id_parameter = "DomainName"
    name_property = "DomainName"
    longest_name = 28
    lower_name = True
    tagging = None
    there = ("ResourceAlreadyExistsException",)
    gone = ("ResourceNotFoundException",)

    async def is_ready(self, work: Work, physical_id: str) -> bool:
        return not (await _described(work, physical_id)).get("Processing", False)

    async def attributes(self, work: Work, physical_id: str, properties: Properties) -> Mapping[str, Any]:
        found = await _described(work, physical_id)
        endpoint = found.get("Endpoint") or found.get("Endpoints", {}).get("vpc", "")
        return {"Arn": found["ARN"], "DomainArn": found["ARN"], "DomainEndpoint": endpoint}


async def _described(work: Work, domain: str) -> dict[str, Any]:
    found = await work.call("es", "DescribeElasticsearchDomain", DomainName=domain)
    described: dict[str, Any] = found["DomainStatus"]
    return described
