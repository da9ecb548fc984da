"""S8 by the AWS CLI: `cloudformation package` and `deploy` of a SAM template, its machine, an update of it.

The template has the shape of the article's (a logical id twice, `!Sub` with its block on the next line); the
functions are those of `test_s8_ebs_snapshots.py`. IAM is enforced, with the roles that the template makes.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.aws.conftest import BIN, cli_environment
from tests.servers import start
from tests.walkthroughs.accounts import EnforcedAccount
from tests.walkthroughs.stacks import TEMPLATES, Stacks
from tests.walkthroughs.test_s8_ebs_snapshots import (
    ACCOUNT,
    COMPLETED,
    COPY,
    COUNT,
    DELETE,
    DR,
    NOTIFY,
    PRIMARY,
    TAG_SNAPSHOT,
)

FILES = {
    "tag": TAG_SNAPSHOT,
    "count": COUNT,
    "copy_snapshot": COPY,
    "delete": DELETE,
    "notify": NOTIFY,
}
STACK = "snapshots"


class Shell:
    """The article's reader at the prompt, in the directory of the template."""

    def __init__(self, account: EnforcedAccount, directory: Path) -> None:
        self._directory = directory
        key, secret = account.root
        self._environment = {
            **cli_environment(key, PRIMARY),
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_ENDPOINT_URL": account.server.endpoint,
        }

    def aws(self, command: str) -> str:
        """Run `aws <command>`; what it prints."""
        done = subprocess.run(
            [str(BIN / "aws"), *command.split()],
            cwd=self._directory,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def snapshots(account: EnforcedAccount, region: str) -> list[dict[str, Any]]:
    """One's own, oldest first."""
    found = account.client("ec2", region=region).describe_snapshots(OwnerIds=["self"])["Snapshots"]
    return sorted(found, key=lambda each: str(each["StartTime"]))


def test_the_article(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / f"{name}.py").write_text(text)
    shutil.copy(TEMPLATES / "s8_snapshots.yaml", tmp_path / "template.yaml")
    with start("--memory", "--clock", "virtual:2017-08-01T12:00:00Z", "--iam", "enforce") as server:
        account = EnforcedAccount(server, ACCOUNT, PRIMARY)
        stacks = Stacks(server, account.client("cloudformation"))
        shell = Shell(account, tmp_path)
        shell.aws("s3 mb s3://code")
        shell.aws(
            "cloudformation package --template-file template.yaml --s3-bucket code "
            "--output-template-file packaged.yaml"
        )
        # Its change set is executed here, as the command would look only every 30 seconds whether it is done.
        deploy = (
            f"cloudformation deploy --template-file packaged.yaml --stack-name {STACK} "
            "--capabilities CAPABILITY_IAM --no-execute-changeset"
        )
        shell.aws(deploy)
        machine = stacks.execute(STACK, "CREATE_COMPLETE")["StateMachineArn"]

        ec2, states = account.client("ec2"), account.client("stepfunctions")
        volume = ec2.create_volume(Size=8, AvailabilityZone=f"{PRIMARY}a")["VolumeId"]
        for _ in range(2):
            ec2.create_snapshot(VolumeId=volume)
            server.advance(COMPLETED)
        taken = snapshots(account, PRIMARY)
        copies = snapshots(account, DR)
        assert [each["Description"] for each in copies] == [
            f"{each['SnapshotId']}**{volume}**{PRIMARY}" for each in taken
        ]

        shell.aws(f"{deploy} --parameter-overrides Retention=1")
        assert stacks.execute(STACK, "UPDATE_COMPLETE") == {"StateMachineArn": machine}
        made = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        server.advance(COMPLETED)
        assert [each["SnapshotId"] for each in snapshots(account, PRIMARY)] == [made]
        runs = states.list_executions(stateMachineArn=machine)["executions"]
        assert [each["status"] for each in runs] == ["SUCCEEDED"] * 3

        assert "No changes to deploy" in shell.aws(
            deploy.replace(" --no-execute-changeset", " --no-fail-on-empty-changeset")
        )
        stacks.delete(STACK)
        assert account.client("lambda").list_functions()["Functions"] == []
        assert account.client("events").list_rules()["Rules"] == []
        assert account.client("sns").list_topics()["Topics"] == []
        assert account.client("iam").list_roles()["Roles"] == []
