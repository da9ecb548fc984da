"""What the template of a stack asks of the outside, before it is evaluated: zones, exports of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from windsock.engine.calls import Caller
from windsock.languages.stacks.intrinsics import function_of
from windsock.services.cloudformation.evaluating import Surroundings
from windsock.services.cloudformation.exports import exports_here
from windsock.services.cloudformation.stack import Settings, Stack

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


async def surroundings_of(
    engine: Engine, stack: Stack, settings: Settings, caller: Caller, cause: str
) -> Surroundings:
    """What a template asks for, as it is now, asked as `caller`. Raises AwsError."""
    body = settings.body
    zones: dict[str, list[str]] = {}
    if "Fn::GetAZs" in functions_in(body):
        answer = await engine.call(
            "ec2",
            "DescribeAvailabilityZones",
            {},
            caller=caller,
            scope=stack.scope,
            cause=cause,
        )
        found = (answer or {}).get("AvailabilityZones", ())
        zones[stack.scope.region] = [zone["ZoneName"] for zone in found]
    exports = engine.store.read(lambda tx: exports_here(tx, stack.scope))
    return Surroundings(zones, {name: row.value for name, row in exports.items()})


def functions_in(value: Any) -> set[str]:
    """The names of the functions that a value calls anywhere in it."""
    return set(_functions(value))


def _functions(value: Any) -> Iterator[str]:
    name = function_of(value)
    if name is not None:
        yield name
    if isinstance(value, dict):
        for each in value.values():
            yield from _functions(each)
    elif isinstance(value, list):
        for each in value:
            yield from _functions(each)
