"""Tags on state machines and activities.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import without_tags
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions import activity_rows, machine_rows
from windsock.services.stepfunctions.errors import ResourceNotFound
from windsock.services.stepfunctions.names import activity_named, kind_of, machine_named
from windsock.services.stepfunctions.tag_sets import shown, with_tags
from windsock.store.transaction import Snapshot, Transaction


class _Tagged(NamedTuple):
    """A resource with tags: where it is, what they are, and how to set them."""

    scope: Scope
    name: str
    tags: str
    put: Callable[[Transaction, Scope, str, str], None]


@command("TagResource")
def tag_resource(ctx: Command, params: Params) -> Result:
    """Put tags on a resource, over those with the same keys."""
    tagged = _require(ctx.tx, params["resourceArn"])
    tagged.put(ctx.tx, tagged.scope, tagged.name, with_tags(tagged.tags, params["tags"]))
    return {}


@command("UntagResource")
def untag_resource(ctx: Command, params: Params) -> Result:
    """Take tags off a resource."""
    tagged = _require(ctx.tx, params["resourceArn"])
    tagged.put(ctx.tx, tagged.scope, tagged.name, without_tags(tagged.tags, params["tagKeys"]))
    return {}


@query("ListTagsForResource")
def list_tags_for_resource(ctx: Query, params: Params) -> Result:
    """The tags of a resource."""
    return {"tags": shown(_require(ctx.tx, params["resourceArn"]).tags)}


def _machine(tx: Snapshot, arn: str) -> _Tagged | None:
    named = machine_named(arn)
    row = None if named.qualifier else machine_rows.find(tx, named.scope, named.name)
    return None if row is None else _Tagged(named.scope, named.name, row.tags, machine_rows.set_tags)


def _activity(tx: Snapshot, arn: str) -> _Tagged | None:
    scope, name = activity_named(arn)
    row = activity_rows.find(tx, scope, name)
    return None if row is None else _Tagged(scope, name, row.tags, activity_rows.set_tags)


_KINDS: Final[dict[str, Callable[[Snapshot, str], _Tagged | None]]] = {
    "stateMachine": _machine,
    "activity": _activity,
}


def _require(tx: Snapshot, arn: str) -> _Tagged:
    find = _KINDS.get(kind_of(arn))
    tagged = None if find is None else find(tx, arn)
    if tagged is None:
        raise ResourceNotFound(arn)
    return tagged
