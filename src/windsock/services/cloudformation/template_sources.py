"""Where a template comes from: the request itself, an object in S3, or the stack as it is.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (TemplateURL)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from windsock.engine.operations import Context
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import whole
from windsock.services.cloudformation.errors import Invalid
from windsock.services.cloudformation.limits import MAX_TEMPLATE_OBJECT

# `bucket.s3.amazonaws.com`, `bucket.s3.us-west-2.amazonaws.com`, `bucket.s3-us-west-2.amazonaws.com`.
_BUCKET_HOST: Final = re.compile(r"(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")
_S3_HOST: Final = re.compile(r"s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")


async def template_text(ctx: Context, params: Mapping[str, Any]) -> str | None:
    """The text of the template that a request gives, in itself or by a URL; None when it gives none.

    An object is read as the caller. Raises Invalid.
    """
    body = params.get("TemplateBody")
    url = params.get("TemplateURL")
    if body is not None and url is not None:
        raise Invalid("Either Template URL or Template Body must be specified.")
    if url is None:
        return None if body is None else str(body)
    bucket, key = _object_of(url, {ctx.call.endpoint, ctx.engine.settings.endpoint})
    try:
        answer = await ctx.engine.call(
            "s3", "GetObject", {"Bucket": bucket, "Key": key}, caller=ctx.call.caller, scope=ctx.scope
        )
    except AwsError as error:
        raise Invalid(f"S3 error: {error.message}") from error
    content = await whole((answer or {})["Body"])
    if len(content) > MAX_TEMPLATE_OBJECT:
        raise Invalid("Template may not exceed 1000000 bytes in size.")
    return content.decode()


def _object_of(url: str, endpoints: set[str]) -> tuple[str, str]:
    """The bucket and key that a URL of S3's names, or of S3 at one of these endpoints. Raises Invalid."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", unquote(parts.path.lstrip("/"))
    virtual = _BUCKET_HOST.fullmatch(host)
    if virtual is not None and path:
        return virtual[1], path
    bucket, _, key = path.partition("/")
    own = {urlsplit(endpoint).netloc for endpoint in endpoints if endpoint}
    if bucket and key and (_S3_HOST.fullmatch(host) or parts.netloc in own):
        return bucket, key
    raise Invalid("TemplateURL must be a supported URL.")
