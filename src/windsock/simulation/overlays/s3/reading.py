"""GetObject and HeadObject: that a key is not there, who may not list the bucket is not told.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
"""

from __future__ import annotations

from windsock.engine.access import Need
from windsock.engine.operations import Context, Params, Result, waiting
from windsock.kernel.errors import AwsError
from windsock.simulation.backend.moto import Moto
from windsock.simulation.overlays.s3.bucket_rows import arn_of

_ABSENT = frozenset({"NoSuchKey", "404"})


@waiting("GetObject")
async def get_object(ctx: Context, params: Params) -> Result:
    """An object. Raises AccessDenied for one that is not there, unless it could be seen in a listing."""
    return await _read(ctx, params)


@waiting("HeadObject")
async def head_object(ctx: Context, params: Params) -> Result:
    """What is known of an object. Raises AccessDenied as GetObject does."""
    return await _read(ctx, params)


async def _read(ctx: Context, params: Params) -> Result:
    try:
        result: Result = await ctx.engine.part(Moto).answer(ctx.call)
    except AwsError as error:
        if error.code in _ABSENT:
            listing = Need("s3:ListBucket", arn_of(ctx.scope, params["Bucket"]), {})
            await ctx.engine.authorization.require(ctx.call, listing)
        raise
    return result
