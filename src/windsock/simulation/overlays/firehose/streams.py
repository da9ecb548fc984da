"""CreateDeliveryStream, for destinations that records really reach.

moto writes records to buckets and drops those for any other destination, so a stream with another is refused.
Source: https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
"""

from __future__ import annotations

from typing import Final

from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import NotImplementedOperation
from windsock.simulation.backend.moto import Moto

_REACHED: Final = frozenset({"S3DestinationConfiguration", "ExtendedS3DestinationConfiguration"})


@waiting("CreateDeliveryStream")
async def create_delivery_stream(ctx: Context, params: Params) -> Result:
    """Make a stream that delivers to a bucket."""
    for name in params:
        if name.endswith("DestinationConfiguration") and name not in _REACHED:
            raise NotImplementedOperation("firehose", f"CreateDeliveryStream with {name}")
    result: Result = await ctx.engine.part(Moto).answer(ctx.call)
    return result
