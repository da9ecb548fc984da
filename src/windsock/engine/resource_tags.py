"""The tags of resources, as the condition keys `aws:ResourceTag/...`: what the service itself would list.

Only of services that windsock answers itself, and only looked up for policies that ask.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from windsock.engine.access import tag_listing
from windsock.engine.operations import Query
from windsock.engine.tag_parameters import tags_in
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.languages.policies import Policy

if TYPE_CHECKING:
    from windsock.engine.calls import Call
    from windsock.engine.engine import Engine


def asks_for_tags(policy: Policy) -> bool:
    """Whether a policy looks at tags of resources."""
    return any("resourcetag/" in key.lower() for key in policy.context_keys)


def resource_tag_context(engine: Engine, call: Call, resource: str) -> dict[str, str]:
    """The tags of a resource of the called service as condition keys; none when it has no such resource."""
    listing = tag_listing(call.service)
    if listing is None:
        return {}
    resource = resource.partition(listing.below)[0] if listing.below else resource
    arn = parse_arn(resource)
    if arn is None:
        return {}
    operation = engine.routes.operation(call.service, listing.operation)
    if operation is None or operation.kind != "query":
        return {}
    named = f"/{arn.account}/{arn.resource}" if listing.by_url else resource
    asking = dataclasses.replace(
        call, operation=listing.operation, params={listing.parameter: named}, scope=arn.scope
    )
    try:
        answer = engine.store.read(lambda tx: operation.function(Query(engine, asking, tx), asking.params))
    except AwsError:
        return {}  # the resource is not there, or is none that has tags
    keys: dict[str, str] = {}
    for key, value in tags_in(answer or {}):
        keys[f"aws:ResourceTag/{key}"] = keys[f"{listing.prefix}:ResourceTag/{key}"] = value
    return keys
