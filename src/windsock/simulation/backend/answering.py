"""The calls that are left to moto: those it has, of services that windsock does not have itself."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING

from windsock.engine.operations import Context, Params, Result
from windsock.engine.resource_facts import place_of
from windsock.engine.routes import Simulator, simulator
from windsock.simulation.backend.moto import Moto

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@simulator
class MotoSimulator(Simulator):
    """Answers what `moto_operations.json` lists."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def operations(self, service: str) -> frozenset[str]:
        return moto_operations().get(service, frozenset())

    def services(self) -> frozenset[str]:
        return frozenset(moto_operations())

    async def answer(self, ctx: Context, params: Params) -> Result:
        call = dataclasses.replace(ctx.call, scope=place_of(ctx.call))
        result: Result = await self._engine.part(Moto).answer(call)
        return result


@functools.cache
def moto_operations() -> Mapping[str, frozenset[str]]:
    """What moto answers, by botocore's names: written by `scripts/generate_moto_operations.py`."""
    file = resources.files(__package__).joinpath("moto_operations.json")
    return {service: frozenset(names) for service, names in json.loads(file.read_bytes()).items()}
