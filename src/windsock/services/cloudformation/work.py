"""The work on one resource: who calls, what it is to be named, and whether it was begun before."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from windsock.engine.calls import Caller
from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import whole
from windsock.kernel.scope import Scope
from windsock.services.cloudformation.resource_type import Failed

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@dataclass(frozen=True, slots=True)
class Work:
    """What a type of resource is given. `caller` is the stack's role, or whoever asked for the operation.

    `token` is random hexadecimal and the same when the work is taken up again after windsock was stopped;
    `resumed` says that this may be so. `stack_tags` are the stack's own. `stop` is set when another
    resource of the stack has failed, so that this one need not be waited for. `began` is told the id of what
    the first of several calls has made: when a later one fails, it is removed.
    """

    engine: Engine
    scope: Scope
    caller: Caller
    cause: str
    stack_id: str
    stack_name: str
    logical_id: str
    type_name: str
    token: str
    resumed: bool
    stack_tags: Sequence[tuple[str, str]] = ()
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    began: Callable[[str], None] = lambda physical_id: None

    async def call(self, service: str, operation: str, /, **params: Any) -> dict[str, Any]:
        """Call an operation (botocore's service, parameters as boto3 takes them). Raises AwsError.

        Parameters that are None are left out.
        """
        given = {name: value for name, value in params.items() if value is not None}
        answer = await self.engine.call(
            service, operation, given, caller=self.caller, scope=self.scope, cause=self.cause
        )
        return answer or {}

    async def object_text(self, location: Mapping[str, str]) -> str:
        """The text of an object in S3: `{"Bucket": ..., "Key": ..., "Version": ...}`. Raises AwsError."""
        answer = await self.call(
            "s3",
            "GetObject",
            Bucket=location["Bucket"],
            Key=location["Key"],
            VersionId=location.get("Version"),
        )
        return (await whole(answer["Body"])).decode()

    def name(self, most: int, *, lower: bool = False) -> str:
        """The name of a resource that is given none: `stack-LogicalId-1A2B3C4D5E6F`, at most so long.

        Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
        """
        suffix = self.token[:12].upper()
        stem = f"{self.stack_name}-{self.logical_id}"
        if len(stem) + 13 > most:  # both are shortened, so that each is still recognised
            room = most - 14
            of_stack = min(len(self.stack_name), room - min(len(self.logical_id), room // 2))
            stem = f"{self.stack_name[:of_stack]}-{self.logical_id[: room - of_stack]}"
        name = f"{stem}-{suffix}"
        return name.lower() if lower else name

    def tags(self, own: Sequence[dict[str, str]] | None = None) -> list[dict[str, str]]:
        """The tags of a resource: its own over the stack's.

        Those that CloudFormation itself adds at AWS (`aws:cloudformation:...`) are left out: no service takes
        keys that begin with `aws:` from a call.
        """
        every = dict(self.stack_tags) | {tag["Key"]: tag["Value"] for tag in own or ()}
        return [{"Key": key, "Value": value} for key, value in every.items()]

    @contextlib.contextmanager
    def there(self, *codes: str) -> Iterator[None]:
        """Pass over errors that say that the resource is there, if an earlier attempt may have made it."""
        try:
            yield
        except AwsError as error:
            if not self.resumed or error.code not in codes:
                raise

    @contextlib.contextmanager
    def gone(self, *codes: str) -> Iterator[None]:
        """Pass over an error that says that what is to be removed is not there."""
        try:
            yield
        except AwsError as error:
            if error.code not in codes:
                raise

    async def until(
        self, ready: Callable[[], Awaitable[bool]], *, every_s: float = 5, within_s: float = 3600
    ) -> None:
        """Look again every so often until `ready` says so. Raises TimeoutError when that takes too long."""
        clock = self.engine.clock
        give_up_ms = clock.now_ms() + within_s * 1000
        while not await ready():
            if clock.now_ms() >= give_up_ms:
                raise TimeoutError("Resource did not stabilize.")
            with self.engine.activity.resting():
                await clock.wait(self.stop, clock.now_ms() + round(every_s * 1000))
            if self.stop.is_set():
                raise Failed("Resource creation cancelled")
