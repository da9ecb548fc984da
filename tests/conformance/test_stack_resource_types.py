"""Every type of resource of stacks, through the life of one stack: made, changed, replaced, removed.

`tests/data/stack_resources.yaml` has a small template for each, and says how its own service shows it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jmespath
import pytest
import yaml
from botocore.exceptions import ClientError

from windsock.services.cloudformation.known_types import resource_types
from windsock.testing import Account, Server

ROWS: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "data/stack_resources.yaml").read_text()
)
NOTHING = object()


def test_every_type_has_a_row() -> None:
    assert set(resource_types()) == set(ROWS)


@pytest.fixture
def account(windsock: Server) -> Account:
    return windsock.account()


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_life(kind: str, account: Account) -> None:
    row = ROWS[kind]
    stack = SubjectStack(account, kind, row)
    stack.deploy("create_stack", row["Properties"])
    stack.has_the_right_form()
    assert stack.look() == row.get("Is", NOTHING)

    properties, seen = {**row["Properties"], **row.get("Update", {})}, row.get("Is", NOTHING)
    if "Update" in row:
        before = stack.outputs["Ref"]
        stack.deploy("update_stack", properties)
        seen = row.get("UpdatedIs", NOTHING)
        assert (stack.outputs["Ref"], stack.look()) == (before, seen)
    if "Replace" in row:
        old = stack.outputs
        stack.deploy("update_stack", {**properties, **row["Replace"]})
        assert stack.outputs["Ref"] != old["Ref"]
        assert stack.look() == row.get("ReplacedIs", seen)
        if "$Ref" in json.dumps(row.get("Look", "")):
            stack.is_gone(old)
    last = stack.outputs
    stack.delete()
    stack.is_gone(last)


def test_a_bucket_that_holds_objects_cannot_be_removed(account: Account) -> None:
    stack = SubjectStack(account, "AWS::S3::Bucket", {})
    stack.deploy("create_stack", {})
    s3, bucket = account.client("s3"), stack.outputs["Ref"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    with pytest.raises(AssertionError, match="The bucket you tried to delete is not empty"):
        stack.delete()
    s3.delete_object(Bucket=bucket, Key="k")
    stack.delete()


@pytest.mark.parametrize(
    ("kind", "look"),
    [
        ("AWS::EC2::Volume", ("ec2", "describe_snapshots", {"OwnerIds": ["self"]}, "Snapshots[].VolumeId")),
        ("AWS::RDS::DBInstance", ("rds", "describe_db_snapshots", {}, "DBSnapshots[].DBInstanceIdentifier")),
        (
            "AWS::RDS::DBCluster",
            ("rds", "describe_db_cluster_snapshots", {}, "DBClusterSnapshots[].DBClusterIdentifier"),
        ),
    ],
)
def test_what_is_in_it_is_kept_by_a_snapshot(
    kind: str, look: tuple[str, str, dict[str, Any], str], account: Account
) -> None:
    stack = SubjectStack(account, kind, {"DeletionPolicy": "Snapshot", "Look": look})
    stack.deploy("create_stack", ROWS[kind]["Properties"])
    stack.delete()
    assert stack.outputs["Ref"] in stack.look()


def test_a_property_that_is_not_set_is_named(account: Account) -> None:
    stack = SubjectStack(account, "AWS::S3::Bucket", {})
    with pytest.raises(AssertionError, match="windsock does not set the property MetricsConfigurations"):
        stack.deploy("create_stack", {"MetricsConfigurations": [{"Id": "all"}]})


class SubjectStack:
    """A stack named `t` of which one resource, `Subject`, is looked at."""

    def __init__(self, account: Account, kind: str, row: Mapping[str, Any]) -> None:
        self._account = account
        self._kind = kind
        self._row = row
        self._stacks = account.client("cloudformation")
        self.outputs: dict[str, str] = {}

    def deploy(self, operation: str, properties: Mapping[str, Any]) -> None:
        """Bring the stack to where its subject has these properties."""
        if operation == "create_stack" and "Objects" in self._row:
            self._put_objects()
        getattr(self._stacks, operation)(
            StackName="t",
            TemplateBody=json.dumps(self._template(properties)),
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        status = self._settled()
        wanted = f"{operation.partition('_')[0].upper()}_COMPLETE"
        assert status == wanted, self._failures()
        (stack,) = self._stacks.describe_stacks(StackName="t")["Stacks"]
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def delete(self) -> None:
        """Remove the stack, with all that is in it."""
        (stack,) = self._stacks.describe_stacks(StackName="t")["Stacks"]
        self._stacks.delete_stack(StackName="t")
        assert self._settled(stack["StackId"]) == "DELETE_COMPLETE", self._failures(stack["StackId"])

    def has_the_right_form(self) -> None:
        """The id and the attributes are as the reference says."""
        assert re.fullmatch(self._row["Ref"], self.outputs["Ref"])
        for name, form in self._row.get("GetAtt", {}).items():
            assert re.fullmatch(form, self.outputs[_output(name)]), (name, self.outputs)

    def look(self, outputs: Mapping[str, str] | None = None) -> Any:
        """What the subject's own service tells of it."""
        if "Look" not in self._row:
            return NOTHING
        service, operation, params, path = self._row["Look"]
        known = self.outputs if outputs is None else outputs
        answer = getattr(self._account.client(service), operation)(**_filled(params, known))
        return jmespath.search(path, answer)

    def is_gone(self, outputs: Mapping[str, str]) -> None:
        """The service shows nothing of it, or that it was removed."""
        try:
            seen = self.look(outputs)
        except ClientError:
            return
        assert seen is NOTHING or not seen or seen == self._row.get("Gone")

    def _template(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        needs = self._row.get("Needs", {})
        subject = {"Type": self._kind, "Properties": properties}
        subject |= {name: self._row[name] for name in ("DeletionPolicy", "DependsOn") if name in self._row}
        values = {"Ref": {"Ref": "Subject"}} | {f"Of{name}": {"Ref": name} for name in needs}
        for name in self._row.get("GetAtt", {}):
            values[_output(name)] = {"Fn::GetAtt": ["Subject", name]}
        return {
            "Resources": {**needs, "Subject": subject},
            "Outputs": {name: {"Value": value} for name, value in values.items()},
        }

    def _settled(self, stack: str = "t") -> str:
        for _ in range(100):
            self._account.settle()
            (found,) = self._stacks.describe_stacks(StackName=stack)["Stacks"]
            status = str(found["StackStatus"])
            if not status.endswith("_IN_PROGRESS"):
                return status
            self._account.advance(15)
        raise AssertionError(f"still {status}")

    def _failures(self, stack: str = "t") -> list[str]:
        events = self._stacks.describe_stack_events(StackName=stack)["StackEvents"]
        return [event["ResourceStatusReason"] for event in events if "FAILED" in event["ResourceStatus"]]

    def _put_objects(self) -> None:
        """Put what the subject is made of into buckets, which are not the stack's."""
        s3 = self._account.client("s3")
        for place, content in self._row["Objects"].items():
            bucket, _, key = place.partition("/")
            body = _zip() if content == "zip" else content.encode()
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key=key, Body=body)


def _output(attribute: str) -> str:
    return f"At{attribute.replace('.', '')}"


def _filled(params: Any, outputs: Mapping[str, str]) -> Any:
    """Parameters with what `$Ref`, `$Name` and `$GetAtt.Name` stand for."""
    if isinstance(params, dict):
        return {name: _filled(each, outputs) for name, each in params.items()}
    if isinstance(params, list):
        return [_filled(each, outputs) for each in params]
    if not isinstance(params, str) or not params.startswith("$"):
        return params
    name = params[1:]
    if name.startswith("GetAtt."):
        return outputs[_output(name.removeprefix("GetAtt."))]
    return outputs["Ref"] if name == "Ref" else outputs.get(f"Of{name}", params)


def _zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("python/mine.py", "")
    return archive.getvalue()
