"""A SAML login as the tools for the command line do it: the assertion is exchanged for credentials."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.saml_idp import ATTRIBUTE, Login, SamlIdp, encoded
from tests.servers import start

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/staff"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"


def client(endpoint: str, service: str, **settings: Any) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name="us-east-1",
        **settings,
    )


def test_an_assertion_becomes_credentials(tmp_path: Path) -> None:
    idp, data = SamlIdp(), str(tmp_path)
    with start("--data", data) as auditing:
        iam = client(auditing.endpoint, "iam", aws_access_key_id=ACCOUNT, aws_secret_access_key="any")
        iam.create_saml_provider(Name="corp", SAMLMetadataDocument=idp.metadata())
        trust = {
            "Effect": "Allow",
            "Principal": {"Federated": PROVIDER},
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"saml:sub": "ada"}},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName="staff", AssumeRolePolicyDocument=document)
    with start("--data", data, "--iam", "enforce") as server:
        sts = client(server.endpoint, "sts", config=Config(signature_version=UNSIGNED))

        def log_in(subject: str) -> Any:
            attributes = {
                f"{ATTRIBUTE}Role": [f"{ROLE},{PROVIDER}"],
                f"{ATTRIBUTE}RoleSessionName": [subject],
            }
            login = Login(datetime.now(UTC), attributes, subject=subject)
            return sts.assume_role_with_saml(
                RoleArn=ROLE, PrincipalArn=PROVIDER, SAMLAssertion=encoded(idp.response(login))
            )

        given = log_in("ada")["Credentials"]
        who = client(
            server.endpoint,
            "sts",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        ).get_caller_identity()
        assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/staff/ada"
        with pytest.raises(ClientError) as refused:
            log_in("grace")
        assert refused.value.response["Error"]["Code"] == "AccessDenied"
