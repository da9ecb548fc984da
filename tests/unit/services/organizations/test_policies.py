"""Units and policies of an organisation: made, found, changed; what is attached to what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conftest import Driver
from tests.organizations import (
    MANAGEMENT,
    ONE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    attach,
    call,
    founded,
    policy,
    refused,
    root_of,
    unit,
)

DENY = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}


async def attached(driver: Driver, target: str, kind: str = SERVICE_CONTROL) -> list[str]:
    found = await call(driver, "ListPoliciesForTarget", TargetId=target, Filter=kind)
    return sorted(each["Name"] for each in found["Policies"])


async def test_units(driver: Driver) -> None:
    organization = await founded(driver, ONE)
    root = await root_of(driver)
    made = await call(
        driver,
        "CreateOrganizationalUnit",
        ParentId=root,
        Name="work",
        Tags=[{"Key": "a", "Value": "b"}],
    )
    work = made["OrganizationalUnit"]
    number = work["Id"]
    assert number.startswith(f"ou-{root.removeprefix('r-')}-")
    assert work["Arn"] == f"arn:aws:organizations::{MANAGEMENT}:ou/{organization['Id']}/{number}"
    assert work["Path"] == f"{organization['Id']}/{root}/{number}/"
    described = await call(driver, "DescribeOrganizationalUnit", OrganizationalUnitId=number)
    assert described["OrganizationalUnit"] == work
    inner = await unit(driver, number, "inner")
    children = await call(driver, "ListChildren", ParentId=number, ChildType="ORGANIZATIONAL_UNIT")
    assert children["Children"] == [{"Id": inner, "Type": "ORGANIZATIONAL_UNIT"}]
    accounts = await call(driver, "ListChildren", ParentId=root, ChildType="ACCOUNT")
    assert [each["Id"] for each in accounts["Children"]] == [ONE, MANAGEMENT]
    error = await refused(driver, "CreateOrganizationalUnit", ParentId=root, Name="work")
    assert error.code == "DuplicateOrganizationalUnitException"
    error = await refused(driver, "DeleteOrganizationalUnit", OrganizationalUnitId=number)
    assert error.code == "OrganizationalUnitNotEmptyException"
    renamed = await call(driver, "UpdateOrganizationalUnit", OrganizationalUnitId=number, Name="other")
    assert renamed["OrganizationalUnit"]["Name"] == "other"
    await call(driver, "DeleteOrganizationalUnit", OrganizationalUnitId=inner)
    await call(driver, "DeleteOrganizationalUnit", OrganizationalUnitId=number)
    listed = await call(driver, "ListOrganizationalUnitsForParent", ParentId=root)
    assert listed["OrganizationalUnits"] == []
    error = await refused(driver, "DescribeOrganizationalUnit", OrganizationalUnitId=number)
    assert error.code == "OrganizationalUnitNotFoundException"


async def test_five_units_deep_and_no_deeper(driver: Driver) -> None:
    await founded(driver)
    parent = await root_of(driver)
    for depth in range(5):
        parent = await unit(driver, parent, f"depth {depth}")
    error = await refused(driver, "CreateOrganizationalUnit", ParentId=parent, Name="too deep")
    assert error.details["Reason"] == "OU_DEPTH_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("CreateOrganizationalUnit", {"ParentId": "r-none", "Name": "n"}, "ParentNotFoundException"),
        ("ListAccountsForParent", {"ParentId": "ou-none-12345678"}, "ParentNotFoundException"),
        ("ListParents", {"ChildId": ONE}, "ChildNotFoundException"),
        ("EnablePolicyType", {"RootId": "r-none", "PolicyType": "TAG_POLICY"}, "RootNotFoundException"),
        ("DescribePolicy", {"PolicyId": "p-12345678"}, "PolicyNotFoundException"),
        ("AttachPolicy", {"PolicyId": "p-FullAWSAccess", "TargetId": ONE}, "TargetNotFoundException"),
        ("TagResource", {"ResourceId": ONE, "Tags": []}, "TargetNotFoundException"),
        ("UpdatePolicy", {"PolicyId": "p-FullAWSAccess", "Name": "n"}, "InvalidInputException"),
        ("DeletePolicy", {"PolicyId": "p-FullAWSAccess"}, "InvalidInputException"),
    ],
)
async def test_what_is_not_there_or_not_to_be_changed(
    driver: Driver, operation: str, params: dict[str, Any], code: str
) -> None:
    await founded(driver)
    assert (await refused(driver, operation, **params)).code == code


async def test_a_policy_from_its_making_to_its_end(driver: Driver) -> None:
    organization = await founded(driver, ONE)
    content = json.dumps({"Version": "2012-10-17", "Statement": [DENY]})
    asked = {"Name": "no-queues", "Description": "d", "Type": SERVICE_CONTROL, "Content": content}
    made = (await call(driver, "CreatePolicy", **asked))["Policy"]
    number = made["PolicySummary"]["Id"]
    assert made == {
        "PolicySummary": {
            "Id": number,
            "Arn": f"arn:aws:organizations::{MANAGEMENT}:policy/{organization['Id']}/"
            f"service_control_policy/{number}",
            "Name": "no-queues",
            "Description": "d",
            "Type": SERVICE_CONTROL,
            "AwsManaged": False,
        },
        "Content": content,
    }
    assert (await refused(driver, "CreatePolicy", **asked)).code == "DuplicatePolicyException"
    listed = (await call(driver, "ListPolicies", Filter=SERVICE_CONTROL))["Policies"]
    assert sorted(each["Name"] for each in listed) == ["FullAWSAccess", "no-queues"]
    await attach(driver, number, ONE)
    assert await attached(driver, ONE) == ["FullAWSAccess", "no-queues"]
    [target] = (await call(driver, "ListTargetsForPolicy", PolicyId=number))["Targets"]
    assert target == {
        "TargetId": ONE,
        "Arn": f"arn:aws:organizations::{MANAGEMENT}:account/{organization['Id']}/{ONE}",
        "Name": ONE,
        "Type": "ACCOUNT",
    }
    at = {"PolicyId": number, "TargetId": ONE}
    assert (await refused(driver, "AttachPolicy", **at)).code == "DuplicatePolicyAttachmentException"
    assert (await refused(driver, "DeletePolicy", PolicyId=number)).code == "PolicyInUseException"
    updated = await call(driver, "UpdatePolicy", PolicyId=number, Name="fewer-queues", Description="e")
    assert updated["Policy"]["PolicySummary"]["Name"] == "fewer-queues"
    await call(driver, "DetachPolicy", **at)
    assert (await refused(driver, "DetachPolicy", **at)).code == "PolicyNotAttachedException"
    await call(driver, "DeletePolicy", PolicyId=number)
    assert (await refused(driver, "DescribePolicy", PolicyId=number)).code == "PolicyNotFoundException"


async def test_what_is_attached_by_itself(driver: Driver) -> None:
    await founded(driver, ONE)
    root = await root_of(driver)
    work = await unit(driver, root, "work")
    for target in (root, work, ONE, MANAGEMENT):
        assert await attached(driver, target) == ["FullAWSAccess"]
    enabled = await call(driver, "EnablePolicyType", RootId=root, PolicyType=RESOURCE_CONTROL)
    assert [each["Type"] for each in enabled["Root"]["PolicyTypes"]] == [SERVICE_CONTROL, RESOURCE_CONTROL]
    later = await unit(driver, work, "later")
    for target in (root, work, later, ONE):
        assert await attached(driver, target, RESOURCE_CONTROL) == ["RCPFullAWSAccess"]
    last = {"PolicyId": "p-FullAWSAccess", "TargetId": work}
    error = await refused(driver, "DetachPolicy", **last)
    assert error.details["Reason"] == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    fixed = {"PolicyId": "p-RCPFullAWSAccess", "TargetId": work}
    error = await refused(driver, "DetachPolicy", **fixed)
    assert error.details["Reason"] == "NON_DETACHABLE_POLICY"
    await attach(driver, await policy(driver, "no-queues", **DENY), work)
    await call(driver, "DetachPolicy", **last)
    assert await attached(driver, work) == ["no-queues"]
    await call(driver, "DisablePolicyType", RootId=root, PolicyType=SERVICE_CONTROL)
    assert await attached(driver, work) == []
    error = await refused(driver, "AttachPolicy", **last)
    assert error.code == "PolicyTypeNotEnabledException"
    error = await refused(driver, "EnablePolicyType", RootId=root, PolicyType=RESOURCE_CONTROL)
    assert error.code == "PolicyTypeAlreadyEnabledException"
    await call(driver, "EnablePolicyType", RootId=root, PolicyType=SERVICE_CONTROL)
    assert await attached(driver, work) == ["FullAWSAccess"]


async def test_five_service_control_policies_at_most(driver: Driver) -> None:
    await founded(driver, ONE)
    for count in range(4):
        await attach(driver, await policy(driver, f"p{count}", **DENY), ONE)
    sixth = await policy(driver, "sixth", **DENY)
    error = await refused(driver, "AttachPolicy", PolicyId=sixth, TargetId=ONE)
    assert error.details["Reason"] == "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"


def statement(**elements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [elements]})


RESOURCE_DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("kind", "content", "fits"),
    [
        (SERVICE_CONTROL, statement(**DENY), True),
        (SERVICE_CONTROL, statement(Effect="Deny", NotAction="sqs:*", Resource="*"), True),
        (SERVICE_CONTROL, statement(**DENY, Principal="*"), False),
        (SERVICE_CONTROL, statement(Effect="Deny", Action="sqs:*"), False),
        (SERVICE_CONTROL, "{}", False),
        (SERVICE_CONTROL, "no JSON", False),
        (RESOURCE_CONTROL, statement(**RESOURCE_DENY), True),
        (RESOURCE_CONTROL, statement(**RESOURCE_DENY | {"Effect": "Allow"}), False),
        (RESOURCE_CONTROL, statement(**RESOURCE_DENY | {"Action": "*"}), False),
        (RESOURCE_CONTROL, statement(**RESOURCE_DENY | {"Principal": {"AWS": ONE}}), False),
        (RESOURCE_CONTROL, statement(**DENY), False),
        ("TAG_POLICY", '{"tags": {"CostCenter": {"tag_key": {"@@assign": "CostCenter"}}}}', True),
        ("TAG_POLICY", '{"plans": {}}', False),
        ("BACKUP_POLICY", "[]", False),
        ("AISERVICES_OPT_OUT_POLICY", "no JSON", False),
    ],
)
async def test_what_a_policy_may_say(driver: Driver, kind: str, content: str, fits: bool) -> None:
    await founded(driver)
    asked = {"Name": "n", "Description": "", "Type": kind, "Content": content}
    if fits:
        await call(driver, "CreatePolicy", **asked)
    else:
        assert (await refused(driver, "CreatePolicy", **asked)).code == "MalformedPolicyDocumentException"


async def test_a_policy_that_is_too_long(driver: Driver) -> None:
    await founded(driver)
    content = statement(**DENY) + " " * 5_120
    asked = {"Name": "n", "Description": "", "Type": SERVICE_CONTROL, "Content": content}
    error = await refused(driver, "CreatePolicy", **asked)
    assert error.details["Reason"] == "POLICY_CONTENT_LIMIT_EXCEEDED"


async def test_tags(driver: Driver) -> None:
    await founded(driver, ONE)
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    number = await policy(driver, "p", **DENY)
    for resource in (ONE, number, await root_of(driver)):
        await call(driver, "TagResource", ResourceId=resource, Tags=tags)
        await call(driver, "UntagResource", ResourceId=resource, TagKeys=["a", "none"])
        assert (await call(driver, "ListTagsForResource", ResourceId=resource))["Tags"] == tags[1:]
    error = await refused(driver, "TagResource", ResourceId=ONE, Tags=[tags[0], tags[0]])
    assert error.details["Reason"] == "DUPLICATE_TAG_KEY"
    error = await refused(driver, "TagResource", ResourceId=ONE, Tags=[{"Key": "aws:x", "Value": "1"}])
    assert error.details["Reason"] == "INVALID_SYSTEM_TAGS_PARAMETER"


async def test_what_holds_for_an_account(driver: Driver) -> None:
    await founded(driver, ONE)
    root = await root_of(driver)
    await call(driver, "EnablePolicyType", RootId=root, PolicyType="TAG_POLICY")
    asked = {"TargetId": ONE, "PolicyType": "TAG_POLICY"}
    error = await refused(driver, "DescribeEffectivePolicy", **asked)
    assert error.code == "EffectivePolicyNotFoundException"
    for target, operator, values in ((root, "@@assign", ["1", "2"]), (ONE, "@@remove", ["1"])):
        content = json.dumps({"tags": {"cost": {"tag_value": {operator: values}}}})
        made = await call(
            driver, "CreatePolicy", Name=target, Description="", Type="TAG_POLICY", Content=content
        )
        await attach(driver, made["Policy"]["PolicySummary"]["Id"], target)
    for account in (MANAGEMENT, ONE):
        told = await call(driver, "DescribeEffectivePolicy", account=account, **asked)
        assert json.loads(told["EffectivePolicy"]["PolicyContent"]) == {
            "tags": {"cost": {"tag_value": ["2"]}}
        }
    own = await call(driver, "DescribeEffectivePolicy", PolicyType="TAG_POLICY")
    assert own["EffectivePolicy"]["TargetId"] == MANAGEMENT
    error = await refused(
        driver, "DescribeEffectivePolicy", account=ONE, PolicyType="TAG_POLICY", TargetId=MANAGEMENT
    )
    assert error.code == "AccessDeniedException"
