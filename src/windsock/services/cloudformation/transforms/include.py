"""AWS::Include: a piece of a template that is an object in S3 is put in where the transform stands.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from windsock.engine.operations import Context
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import whole
from windsock.languages.stacks import TemplateError
from windsock.languages.stacks.text import parse
from windsock.services.cloudformation.transforming import Given, transform

_FAILED: Final = "Transform AWS::Include failed with:"
_LOCATION: Final = re.compile(r"s3://([^/]+)/(.+)")


@transform("AWS::Include")
async def include(ctx: Context, fragment: dict[str, Any], given: Given) -> dict[str, Any]:
    """The fragment with the members of the object, which is read as the caller."""
    location = given.options.get("Location")
    match = _LOCATION.fullmatch(location) if isinstance(location, str) else None
    if match is None:
        raise TemplateError(f"{_FAILED} The location parameter is not a valid S3 uri.")
    params = {"Bucket": match[1], "Key": match[2]}
    try:
        answer = await ctx.engine.call("s3", "GetObject", params, caller=ctx.call.caller, scope=ctx.scope)
    except AwsError as error:
        raise TemplateError(f"{_FAILED} S3 error: {error.message}") from error
    piece = parse((await whole((answer or {})["Body"])).decode())
    if not isinstance(piece, dict):
        raise TemplateError(f"{_FAILED} The specified S3 object is not an object.")
    return fragment | piece
