"""The versions of managed policies, of which one is the default and decides.

Sources: API_CreatePolicyVersion, API_GetPolicyVersion, API_ListPolicyVersions, API_SetDefaultPolicyVersion
and API_DeletePolicyVersion below https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.iam.documents import check_managed
from windsock.services.iam.errors import DeleteConflict, LimitExceeded, NoSuchEntity
from windsock.services.iam.limits import VERSIONS_PER_POLICY
from windsock.services.iam.managed_policies import aws_policy_named, policy_rows, version_rows
from windsock.services.iam.pages import page
from windsock.services.iam.policies import check_arn, own_policy
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

_MOST_VERSIONS: Final = 2**31


@command("CreatePolicyVersion")
def create_policy_version(ctx: Command, params: Params) -> Result:
    """Add a version, as the default with SetAsDefault. Raises LimitExceeded beyond five."""
    document = params["PolicyDocument"]
    policy = own_policy(ctx, params["PolicyArn"])
    check_managed(document)
    if version_rows.count(ctx, policy=policy.id) >= VERSIONS_PER_POLICY:
        raise LimitExceeded(
            f"A managed policy can have up to {VERSIONS_PER_POLICY} versions. Before you create a new "
            "version, you must delete an existing version."
        )
    number = policy.last_version + 1
    default = number if params.get("SetAsDefault") else policy.default_version
    version_rows.insert(ctx, policy=policy.id, version=number, document=document, created_ms=ctx.now_ms)
    policy_rows.update(
        ctx, {"key": policy.key}, last_version=number, default_version=default, updated_ms=ctx.now_ms
    )
    return {"PolicyVersion": _shown(number, default, ctx.now_ms)}


@query("GetPolicyVersion")
def get_policy_version(ctx: Query, params: Params) -> Result:
    """A version with its document. Of AWS's policies there is the default version alone."""
    arn, version = params["PolicyArn"], params["VersionId"]
    check_arn(arn)
    managed = aws_policy_named(arn)
    if managed is not None:
        if version != f"v{managed.version}":
            raise _missing(arn, version)
        shown = _shown(managed.version, managed.version, managed.updated_ms)
        return {"PolicyVersion": {**shown, "Document": quote(managed.document, safe="")}}
    policy, row = _found(ctx, params)
    shown = _shown(row.version, policy.default_version, row.created_ms)
    return {"PolicyVersion": {**shown, "Document": quote(row.document, safe="")}}


@query("ListPolicyVersions")
def list_policy_versions(ctx: Query, params: Params) -> Result:
    """The versions, newest first, without their documents."""
    arn = params["PolicyArn"]
    check_arn(arn)
    managed = aws_policy_named(arn)
    if managed is not None:
        versions = [(managed.version, managed.version, managed.updated_ms)]
    else:
        policy = own_policy(ctx, arn)
        rows = version_rows.all(ctx, policy=policy.id)
        versions = [(row.version, policy.default_version, row.created_ms) for row in rows]
    return page(
        params,
        "Versions",
        versions,
        lambda version: f"{_MOST_VERSIONS - version[0]:010d}",
        lambda version: _shown(*version),
    )


@command("SetDefaultPolicyVersion")
def set_default_policy_version(ctx: Command, params: Params) -> Result:
    """Let another version decide from now on."""
    policy, row = _found(ctx, params)
    policy_rows.update(ctx, {"key": policy.key}, default_version=row.version, updated_ms=ctx.now_ms)
    return None


@command("DeletePolicyVersion")
def delete_policy_version(ctx: Command, params: Params) -> Result:
    """Delete a version that is not the default. Raises DeleteConflict."""
    policy, row = _found(ctx, params)
    if row.version == policy.default_version:
        raise DeleteConflict("Cannot delete the default version of a policy.")
    version_rows.delete(ctx, policy=policy.id, version=row.version)
    return None


def _found(at: Reading, params: Params) -> tuple[Row, Row]:
    """The rows of the policy and of the version that a call names."""
    arn, version = params["PolicyArn"], params["VersionId"]
    policy = own_policy(at, arn, _missing("{arn}", version).message)
    number = version[1:].partition(".")[0]
    row = version_rows.find(at, policy=policy.id, version=int(number))
    if row is None:
        raise _missing(arn, version)
    return policy, row


def _missing(arn: str, version: str) -> NoSuchEntity:
    return NoSuchEntity(f"Policy {arn} version {version} does not exist or is not attachable.")


def _shown(version: int, default: int, created_ms: int) -> dict[str, Any]:
    return {
        "VersionId": f"v{version}",
        "IsDefaultVersion": version == default,
        "CreateDate": to_datetime(created_ms),
    }
