"""The policies of an organisation.

Sources: API_CreatePolicy and the pages of the other operations beside it below
https://docs.aws.amazon.com/organizations/latest/APIReference/
"""

from __future__ import annotations

from typing import Any

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.organizations import rows
from windsock.services.organizations.aws_policies import AWS_POLICIES, AwsPolicy
from windsock.services.organizations.errors import Conflict, ConstraintViolation, InvalidInput, not_found
from windsock.services.organizations.ids import new_id
from windsock.services.organizations.limits import POLICIES, POLICIES_OTHERWISE
from windsock.services.organizations.pages import page
from windsock.services.organizations.policy_documents import check_document
from windsock.services.organizations.policy_kinds import ALL_FEATURES
from windsock.services.organizations.rows import Place
from windsock.services.organizations.standing import Organization, looked_at, managed
from windsock.services.organizations.tag_rules import new_tags
from windsock.services.organizations.tags import put_tags
from windsock.store.scoped_rows import Reading


@command("CreatePolicy")
def create_policy(ctx: Command, params: Params) -> Result:
    """A policy, attached to nothing yet."""
    organization, place = managed(ctx)
    kind, name, tags = params["Type"], params["Name"], new_tags(params)
    if organization.row.features != ALL_FEATURES:
        raise Conflict(
            "You can't use the specified policy type with the feature set currently enabled for this "
            "organization.",
            code="PolicyTypeNotAvailableForOrganizationException",
        )
    check_document(kind, params["Content"])
    _refuse_duplicate(place, kind, name)
    if rows.policies.count(place, type=kind) >= POLICIES.get(kind, POLICIES_OTHERWISE):
        raise ConstraintViolation(
            "You have exceeded the number of policies allowed.", "POLICY_NUMBER_LIMIT_EXCEEDED"
        )
    policy = new_id("p", 8)
    rows.policies.insert(
        place,
        id=policy,
        type=kind,
        name=name,
        description=params["Description"],
        content=params["Content"],
        created_ms=ctx.now_ms,
        updated_ms=ctx.now_ms,
    )
    put_tags(place, policy, tags)
    return {"Policy": _whole(organization, policy_named(place, policy))}


@command("UpdatePolicy")
def update_policy(ctx: Command, params: Params) -> Result:
    """Change name, description or content of a policy; it holds at once wherever it is attached."""
    organization, place = managed(ctx)
    policy = _own(place, params["PolicyId"])
    name, content = params.get("Name", policy.name), params.get("Content", policy.content)
    if name != policy.name:
        _refuse_duplicate(place, policy.type, name)
    check_document(policy.type, content)
    description = params.get("Description", policy.description)
    rows.policies.update(
        place,
        {"id": policy.id},
        name=name,
        description=description,
        content=content,
        updated_ms=ctx.now_ms,
    )
    return {"Policy": _whole(organization, policy_named(place, policy.id))}


@command("DeletePolicy")
def delete_policy(ctx: Command, params: Params) -> Result:
    """Delete a policy that is attached to nothing."""
    _, place = managed(ctx)
    policy = _own(place, params["PolicyId"]).id
    if rows.attachments.count(place, policy=policy):
        raise Conflict(
            "The policy is attached to one or more entities. You must detach it from all roots, OUs, and "
            "accounts before performing this operation.",
            code="PolicyInUseException",
        )
    rows.policies.delete(place, id=policy)
    rows.tags.delete(place, resource=policy)
    return None


@query("DescribePolicy")
def describe_policy(ctx: Query, params: Params) -> Result:
    """One policy with its content."""
    organization = looked_at(ctx)
    return {"Policy": _whole(organization, policy_named(organization.at, params["PolicyId"]))}


@query("ListPolicies")
def list_policies(ctx: Query, params: Params) -> Result:
    """The policies of a type, those of AWS's own among them."""
    organization, kind = looked_at(ctx), params["Filter"]
    found = [policy for policy in AWS_POLICIES.values() if policy.type == kind]
    found += rows.policies.all(organization.at, type=kind)
    return page(params, "Policies", found, lambda each: each.id, lambda each: summary(organization, each))


def policy_named(at: Reading, policy: str) -> Any:
    """A policy, one of AWS's own or a row. Raises PolicyNotFoundException."""
    found = AWS_POLICIES.get(policy) or rows.policies.find(at, id=policy)
    if found is None:
        raise not_found("Policy")
    return found


def summary(organization: Organization, policy: Any) -> dict[str, Any]:
    """A policy without its content."""
    aws = isinstance(policy, AwsPolicy)
    resource = f"{policy.type.lower()}/{policy.id}"
    return {
        "Id": policy.id,
        "Arn": f"arn:aws:organizations::aws:policy/{resource}"
        if aws
        else organization.arn("policy", resource),
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.type,
        "AwsManaged": aws,
    }


def _whole(organization: Organization, policy: Any) -> dict[str, Any]:
    return {"PolicySummary": summary(organization, policy), "Content": policy.content}


def _own(place: Place, policy: str) -> Any:
    """A policy of the organisation's own. Raises PolicyNotFoundException and InvalidInput."""
    found = policy_named(place, policy)
    if isinstance(found, AwsPolicy):
        raise InvalidInput(
            "You specified a policy that is managed by AWS and can't be modified.", "IMMUTABLE_POLICY"
        )
    return found


def _refuse_duplicate(place: Place, kind: str, name: str) -> None:
    own = rows.policies.find(place, type=kind, name=name) is not None
    if own or any(policy.name == name for policy in AWS_POLICIES.values() if policy.type == kind):
        raise Conflict("A policy with the same name already exists.", code="DuplicatePolicyException")
