"""Objects in S3, read and written as the machine's role through the call chain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import whole
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.acting import acting
from windsock.services.stepfunctions.work import WorkFailed

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


class ObjectStore:
    """S3, for the role of one machine (its ARN). Every call raises WorkFailed for what S3 answers."""

    def __init__(self, engine: Engine, scope: Scope, role: str, machine: str, cause: str) -> None:
        self._engine = engine
        self._scope = scope
        self._caller = acting(scope, role, machine)
        self._cause = cause

    async def get(self, bucket: str, key: str, **more: Any) -> bytes:
        """The content of an object."""
        answer = await self._call("GetObject", {"Bucket": bucket, "Key": key, **more})
        return await whole(answer["Body"])

    async def put(self, bucket: str, key: str, content: bytes, content_type: str) -> None:
        """Put an object."""
        params = {"Bucket": bucket, "Key": key, "Body": content, "ContentType": content_type}
        await self._call("PutObject", params)

    async def pages(self, **params: Any) -> AsyncIterator[list[dict[str, Any]]]:
        """What ListObjectsV2 lists, page by page."""
        more: dict[str, Any] = {}
        while True:
            answer = await self._call("ListObjectsV2", {**params, **more})
            yield answer.get("Contents", [])
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    async def _call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = await self._engine.call(
                "s3", operation, params, caller=self._caller, scope=self._scope, cause=self._cause
            )
        except AwsError as error:
            raise WorkFailed("S3.AmazonS3Exception", f"{error.message} ({error.code})") from error
        return answer or {}
