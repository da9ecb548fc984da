"""Who an EC2 instance calls as: a session of the role in its instance profile, named after the instance.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from windsock.engine.calls import Caller
from windsock.kernel.errors import AwsError
from windsock.kernel.scope import Scope

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


async def instance_caller(
    engine: Engine, scope: Scope, profile: str, instance: str, *, source_ip: str, user_agent: str
) -> Caller:
    """The caller that an instance with an instance profile (an ARN) is.

    Raises AwsError: there is no such profile, it holds no role, or EC2 may not take that.
    """
    ec2 = Caller.service("ec2.amazonaws.com", scope.account)
    named = {"InstanceProfileName": profile.rpartition("/")[2]}
    found = await engine.call("iam", "GetInstanceProfile", named, caller=ec2, scope=scope) or {}
    roles = found["InstanceProfile"]["Roles"]
    if not roles:
        raise AwsError(f"{profile} holds no role.", code="NoCredentials")
    taking = {"RoleArn": roles[0]["Arn"], "RoleSessionName": instance}
    taken = await engine.call("sts", "AssumeRole", taking, caller=ec2, scope=scope) or {}
    credentials = taken["Credentials"]
    key = engine.identities.access_key(credentials["AccessKeyId"], credentials["SessionToken"])
    if key is None:
        raise AwsError("STS does not know the credentials that it gave.")
    whose = key.identity
    return Caller(
        whose.kind, whose.account, whose.arn, key.id, source_ip, user_agent, whose.user_id, whose.session
    )
