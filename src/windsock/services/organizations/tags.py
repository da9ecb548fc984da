"""Tags of accounts, units, the root, policies and the resource policy.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_tagging.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import NO_TAGS, tag_list, without_tags
from windsock.services.organizations import rows
from windsock.services.organizations.errors import not_found
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import looked_at, managed
from windsock.services.organizations.tag_rules import RULES, given_tags
from windsock.services.organizations.tree import is_there
from windsock.store.scoped_rows import Reading


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Put tags on something, over the values of keys that are there."""
    _, place = managed(ctx)
    _check(place, params["ResourceId"])
    put_tags(
        place, params["ResourceId"], RULES.with_tags(_kept(place, params["ResourceId"]), given_tags(params))
    )
    return None


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Take tags off; keys that are not there are no error."""
    _, place = managed(ctx)
    _check(place, params["ResourceId"])
    put_tags(place, params["ResourceId"], without_tags(_kept(place, params["ResourceId"]), params["TagKeys"]))
    return None


@query("ListTagsForResource")
def list_tags_for_resource(ctx: Query, params: Params) -> Result:
    """The tags of something."""
    at = looked_at(ctx).at
    _check(at, params["ResourceId"])
    return {"Tags": tag_list(_kept(at, params["ResourceId"]))}


def put_tags(place: Place, resource: str, tags: str) -> None:
    """Set the tags of something, in the form in which they are kept."""
    rows.tags.delete(place, resource=resource)
    if tags != NO_TAGS:
        rows.tags.insert(place, resource=resource, tags=tags)


def _kept(at: Reading, resource: str) -> str:
    row = rows.tags.find(at, resource=resource)
    return NO_TAGS if row is None else row.tags


def _check(at: Reading, resource: str) -> None:
    """Raises TargetNotFoundException for what has no tags."""
    organization = rows.organizations.find(at)
    is_resource_policy = organization is not None and organization.policy_id == resource
    is_policy = rows.policies.find(at, id=resource) is not None
    if not (is_resource_policy or is_policy or is_there(at, resource)):
        raise not_found("Target")
