"""From an ARN to what is run: a state machine, one of its versions, or the one its alias routes to."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import orjson

from windsock.services.stepfunctions import alias_rows, machine_rows, version_rows
from windsock.services.stepfunctions.errors import StateMachineDoesNotExist
from windsock.services.stepfunctions.names import MachineName
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot


@dataclass(frozen=True, slots=True)
class Reference:
    """What an ARN leads to: the id of a revision's row. `version` and `alias` say by which, if by any."""

    machine: Row
    revision: str
    created_ms: int
    version: int | None = None
    alias: str | None = None
    description: str | None = None


def require_machine(tx: Snapshot, named: MachineName) -> Row:
    """The row of a machine. Raises StateMachineDoesNotExist."""
    row = machine_rows.find(tx, named.scope, named.name)
    if row is None:
        raise StateMachineDoesNotExist(named.arn)
    return row


def resolve(tx: Snapshot, named: MachineName, chosen_by: str = "") -> Reference:
    """What `named` leads to. Raises StateMachineDoesNotExist.

    An alias with two versions chooses by `chosen_by` (the name of an execution): a repeat meets the same.
    """
    machine = require_machine(tx, named)
    if not named.qualifier:
        return Reference(machine, machine.revision, machine.created_ms)
    number, alias = named.version, None
    if number is None:
        row = alias_rows.find(tx, named)
        if row is None:
            raise StateMachineDoesNotExist(named.arn)
        alias, number = named.qualifier, _routed(row, chosen_by)
    version = version_rows.find(tx, named.scope, named.name, number)
    if version is None:
        raise StateMachineDoesNotExist(named.arn)
    return Reference(machine, version.revision, version.created_ms, number, alias, version.description)


def _routed(alias: Row, chosen_by: str) -> int:
    point = zlib.crc32(chosen_by.encode()) % 100
    routes = orjson.loads(alias.routing)
    for route in routes:
        point -= route["weight"]
        if point < 0:
            break
    version: int = route["version"]
    return version
