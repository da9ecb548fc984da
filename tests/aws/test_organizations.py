"""An organisation from outside: an account is made, entered by its role, and kept from what is forbidden."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.aws.conftest import BIN, Client, cli_environment
from tests.aws.test_iam_enforced import Key, document
from tests.aws.test_iam_enforced import client as signed
from tests.servers import start

from windsock.testing import Server

MANAGEMENT = "999999999999"


def made_account(server: Server, organizations: Any) -> str:
    """The number of a new account."""
    asked = organizations.create_account(AccountName="staging", Email="staging@example.com")
    request = asked["CreateAccountStatus"]["Id"]
    server.advance(5)
    told = organizations.describe_create_account_status(CreateAccountRequestId=request)
    assert told["CreateAccountStatus"]["State"] == "SUCCEEDED"
    return str(told["CreateAccountStatus"]["AccountId"])


def test_an_account_is_made_and_bound(windsock: Server, client: Client) -> None:
    organizations = client("organizations", account=MANAGEMENT)
    organizations.create_organization()
    account = made_account(windsock, organizations)
    [root] = organizations.list_roots()["Roots"]
    unit = organizations.create_organizational_unit(ParentId=root["Id"], Name="work")["OrganizationalUnit"]
    organizations.move_account(AccountId=account, SourceParentId=root["Id"], DestinationParentId=unit["Id"])
    policy = organizations.create_policy(
        Name="no-queues",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=document(Action="sqs:*", Resource="*").replace("Allow", "Deny"),
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=unit["Id"])
    paths = [each["Accounts"] for each in organizations.get_paginator("list_accounts").paginate()]
    assert sorted(each["Id"] for page in paths for each in page) == sorted([account, MANAGEMENT])
    assert client("organizations", account=account).describe_organization()["Organization"]["Id"]
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    sts = client("sts", account=MANAGEMENT)
    assert sts.assume_role(RoleArn=role, RoleSessionName="door")["Credentials"]


def test_who_comes_in_by_the_role_is_bound_too(tmp_path: Any) -> None:
    data = str(tmp_path)
    with start("--data", data, "--clock", "virtual") as auditing:
        organizations = signed(auditing.endpoint, "organizations", Key(MANAGEMENT, "any"))
        organizations.create_organization()
        account = made_account(auditing, organizations)
        deny = document(Action="sqs:*", Resource="*").replace("Allow", "Deny")
        policy = organizations.create_policy(
            Name="no-queues", Description="", Type="SERVICE_CONTROL_POLICY", Content=deny
        )["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=account)
        iam = signed(auditing.endpoint, "iam", Key(MANAGEMENT, "any"))
        iam.create_user(UserName="alice")
        administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
        iam.attach_user_policy(UserName="alice", PolicyArn=administrator)
        key = iam.create_access_key(UserName="alice")["AccessKey"]
    with start("--data", data, "--clock", "virtual", "--iam", "enforce") as server:
        sts = signed(server.endpoint, "sts", Key(key["AccessKeyId"], key["SecretAccessKey"]))
        given = sts.assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole", RoleSessionName="door"
        )["Credentials"]
        door = Key(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        assert signed(server.endpoint, "sns", door).list_topics()["Topics"] == []
        with pytest.raises(ClientError) as refused:
            signed(server.endpoint, "sqs", door).list_queues()
        assert str(refused.value).endswith("with an explicit deny in a service control policy")
        own = signed(server.endpoint, "sqs", Key(key["AccessKeyId"], key["SecretAccessKey"]))
        own.list_queues()


def test_windsock_makes_members_of_the_default_accounts_organisation() -> None:
    with start("--memory") as server:
        command = [str(BIN / "windsock"), "accounts", "create", "111122223333", "--name", "staging"]
        command += ["--endpoint", server.endpoint]
        subprocess.run(command, check=True, capture_output=True)
        organizations = signed(server.endpoint, "organizations", Key("000000000000", "any"))
        accounts = {each["Id"]: each["Name"] for each in organizations.list_accounts()["Accounts"]}
        assert accounts == {"000000000000": "management", "111122223333": "staging"}
        listed = subprocess.run(
            [str(BIN / "aws"), "organizations", "list-roots", "--query", "Roots[0].Name", "--output", "text"],
            env={**cli_environment("000000000000"), "AWS_ENDPOINT_URL": server.endpoint},
            check=True,
            capture_output=True,
            text=True,
        )
        assert listed.stdout.strip() == "Root"
