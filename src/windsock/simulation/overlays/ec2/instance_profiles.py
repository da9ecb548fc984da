"""Instance profiles: they are IAM's, and must be there for whoever names one to EC2.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from windsock.engine.calls import Call, Caller
from windsock.engine.operations import Context
from windsock.kernel.errors import AwsError
from windsock.simulation.backend.moto import Moto


class InvalidInstanceProfile(AwsError):
    """An instance profile that is not there, named as the parameters do: by `name` or by `arn`."""

    code = "InvalidParameterValue"

    def __init__(self, form: str, value: str) -> None:
        word = form.upper() if form == "arn" else form
        super().__init__(
            f"Value ({value}) for parameter iamInstanceProfile.{form} is invalid. "
            f"Invalid IAM Instance Profile {word}"
        )


async def answer_with_profiles(ctx: Context, params: Mapping[str, Any]) -> Any:
    """moto's answer to the call with these parameters, told before of the instance profiles they name.

    Raises InvalidInstanceProfile, and what moto answers.
    """
    for named in _profiles(params):
        await _make_known(ctx, named)
    return await ctx.engine.part(Moto).answer(dataclasses.replace(ctx.call, params=dict(params)))


def _profiles(value: Any) -> Iterator[Mapping[str, str]]:
    """Every `IamInstanceProfile` there is in parameters."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name == "IamInstanceProfile":
                yield member
            else:
                yield from _profiles(member)
    elif isinstance(value, list):
        for each in value:
            yield from _profiles(each)


async def _make_known(ctx: Context, named: Mapping[str, str]) -> None:
    arn, name = named.get("Arn"), named.get("Name")
    asked = name or (arn or "").rpartition("/")[2]
    caller = Caller.service("ec2.amazonaws.com", ctx.scope.account)
    refusal = InvalidInstanceProfile("arn", arn) if arn else InvalidInstanceProfile("name", asked)
    try:
        found = await ctx.engine.call(
            "iam", "GetInstanceProfile", {"InstanceProfileName": asked}, caller=caller, scope=ctx.scope
        )
    except AwsError as error:
        raise refusal from error
    profile = (found or {})["InstanceProfile"]
    if arn and profile["Arn"] != arn:
        raise refusal
    known = {
        "Name": profile["InstanceProfileName"],
        "Id": profile["InstanceProfileId"],
        "Path": profile["Path"],
    }
    telling = Call(
        "iam", "KnowInstanceProfile", known, caller, ctx.scope, ctx.call.request_id, ctx.call.cause
    )
    await ctx.engine.part(Moto).answer(telling)
