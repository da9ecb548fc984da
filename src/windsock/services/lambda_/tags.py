"""Tags on functions and event source mappings.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html and its siblings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.arns import parse_arn
from windsock.services.lambda_ import event_source_rows, function_rows
from windsock.services.lambda_.code_sources import check_code_directory
from windsock.services.lambda_.errors import InvalidParameterValue, no_such_resource
from windsock.services.lambda_.names import FunctionName, parse_function
from windsock.services.lambda_.tag_rules import checked_tags
from windsock.store.transaction import Snapshot, Transaction


class _Tagged(Protocol):
    """Something that has tags."""

    def read(self, tx: Snapshot) -> str: ...

    def write(self, tx: Transaction, tags: Mapping[str, str]) -> None: ...


class _Function:
    def __init__(self, named: FunctionName) -> None:
        self._named = named

    def read(self, tx: Snapshot) -> str:
        tags: str = function_rows.require_function(tx, self._named).tags
        return tags

    def write(self, tx: Transaction, tags: Mapping[str, str]) -> None:
        check_code_directory(tags)
        function_rows.set_tags(tx, self._named, dict(tags))


class _Mapping:
    def __init__(self, ctx: Query | Command, uuid: str) -> None:
        self._scope = ctx.scope
        self._uuid = uuid

    def read(self, tx: Snapshot) -> str:
        row = event_source_rows.find_mapping(tx, self._scope, self._uuid)
        if row is None:
            raise no_such_resource()
        tags: str = row.tags
        return tags

    def write(self, tx: Transaction, tags: Mapping[str, str]) -> None:
        event_source_rows.set_tags(tx, self._scope, self._uuid, tags)


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Add tags, or change the values of those that are there."""
    tagged = _tagged(ctx, params["Resource"])
    if not params["Tags"]:
        raise InvalidParameterValue("An error occurred and the request cannot be processed.")
    kept = orjson.loads(tagged.read(ctx.tx))
    tagged.write(ctx.tx, checked_tags(kept, params["Tags"]))
    return None


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Remove tags; keys that are not there are no error."""
    tagged = _tagged(ctx, params["Resource"])
    removed = set(params["TagKeys"])
    kept: dict[str, str] = orjson.loads(tagged.read(ctx.tx))
    tagged.write(ctx.tx, {key: value for key, value in kept.items() if key not in removed})
    return None


@query("ListTags")
def list_tags(ctx: Query, params: Params) -> Result:
    """The tags of a function or mapping."""
    return {"Tags": orjson.loads(_tagged(ctx, params["Resource"]).read(ctx.tx))}


def _tagged(ctx: Query | Command, resource: str) -> _Tagged:
    arn = parse_arn(resource)
    kind, _, name = arn.resource.partition(":") if arn is not None else ("", "", "")
    if kind == "event-source-mapping":
        return _Mapping(ctx, name)
    if kind != "function":
        raise InvalidParameterValue(f"windsock keeps no tags for {resource}.")
    named = parse_function(ctx.scope, resource)
    if named.qualifier is not None:
        raise InvalidParameterValue(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    return _Function(named)
