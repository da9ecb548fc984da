"""Where a package comes from: the request itself, an object of S3, or a directory that is edited in place.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
Code directories are windsock's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from windsock.engine.operations import Context
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import whole
from windsock.services.lambda_.errors import InvalidParameterValue, RequestTooLarge
from windsock.services.lambda_.limits import ZIPPED_BYTES
from windsock.services.lambda_.packages import Package, empty_package, package_of

# A function with this tag runs the code of a directory of this machine, as it is at each invocation.
CODE_DIRECTORY_TAG: Final = "windsock:code-directory"


async def fetch_package(ctx: Context, code: Mapping[str, Any], tags: Mapping[str, str]) -> Package:
    """The package that `Code` (or UpdateFunctionCode's parameters, or a layer's `Content`) gives.

    Raises InvalidParameterValue for an archive or a source that cannot be used.
    """
    if code.get("ImageUri") is not None:
        raise InvalidParameterValue(
            "windsock runs functions of package type Zip: no container runner is configured, "
            f"so the image {code['ImageUri']} cannot be run."
        )
    content: bytes | None = code.get("ZipFile")
    if content is not None:
        if len(content) > ZIPPED_BYTES:
            raise RequestTooLarge(
                f"Zipped size must be smaller than {ZIPPED_BYTES} bytes; put larger packages into S3."
            )
        return await _package(content)
    if code.get("S3Bucket") is not None and code.get("S3Key") is not None:
        return await _package(await _object(ctx, code))
    if CODE_DIRECTORY_TAG in tags:
        return empty_package()
    raise InvalidParameterValue("Please provide a source for function code.")


def check_code_directory(tags: Mapping[str, str]) -> None:
    """Raises InvalidParameterValue if the tag for a code directory names none."""
    directory = tags.get(CODE_DIRECTORY_TAG)
    if directory is None:
        return
    if not Path(directory).is_absolute() or not Path(directory).is_dir():
        raise InvalidParameterValue(
            f"The tag {CODE_DIRECTORY_TAG} must be the absolute path of a directory; {directory!r} is not."
        )


async def _package(content: bytes) -> Package:
    # Reading an archive of many megabytes takes a while: not while all others wait.
    return await asyncio.to_thread(package_of, content)


async def _object(ctx: Context, code: Mapping[str, Any]) -> bytes:
    params = {"Bucket": code["S3Bucket"], "Key": code["S3Key"]}
    if code.get("S3ObjectVersion") is not None:
        params["VersionId"] = code["S3ObjectVersion"]
    try:
        answer = await ctx.engine.call("s3", "GetObject", params, caller=ctx.call.caller, scope=ctx.scope)
    except AwsError as error:
        raise InvalidParameterValue(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. S3 Error Message: {error.message}"
        ) from error
    return await whole((answer or {})["Body"])
