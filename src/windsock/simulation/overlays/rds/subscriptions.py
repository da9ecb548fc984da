"""CreateEventSubscription: the topic must be there.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html
"""

from __future__ import annotations

from typing import Any

from windsock.engine.calls import Caller
from windsock.engine.operations import Context, Params, waiting
from windsock.kernel.arns import parse_arn
from windsock.kernel.errors import AwsError
from windsock.simulation.backend.moto import Moto


@waiting("CreateEventSubscription")
async def create_event_subscription(ctx: Context, params: Params) -> dict[str, Any]:
    """Have events published to a topic."""
    topic = params["SnsTopicArn"]
    arn = parse_arn(topic)
    try:
        if arn is None or arn.service != "sns":
            raise AwsError(f"{topic} is no topic", code="InvalidParameter")
        caller = Caller.service("rds.amazonaws.com", ctx.scope.account)
        await ctx.engine.call(
            "sns", "GetTopicAttributes", {"TopicArn": topic}, caller=caller, scope=arn.scope
        )
    except AwsError as error:
        raise AwsError(
            f"The SNS topic ARN does not exist: {topic}", code="SNSTopicArnNotFound", status=404
        ) from error
    answer: dict[str, Any] = await ctx.engine.part(Moto).answer(ctx.call)
    return answer
