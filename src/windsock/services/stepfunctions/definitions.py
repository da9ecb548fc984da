"""Definitions as they are run: compiled once, kept while they are used."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from windsock.kernel.scope import Scope
from windsock.languages.asl.machine import Machine
from windsock.services.stepfunctions import machine_rows
from windsock.services.stepfunctions.limits import COMPILED_MACHINES
from windsock.services.stepfunctions.machine_settings import Settings
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot

if TYPE_CHECKING:
    from windsock.engine.engine import Engine


@dataclass(frozen=True, slots=True)
class Definition:
    """A revision of a state machine, ready to run; `id` is its row's.

    What a distributed Map runs for its items has the revision of the machine that the Map is in.
    """

    id: str
    kind: str
    role: str
    settings: Settings
    machine: Machine


class Definitions:
    """The compiled revisions that were used last. A revision never changes, so none is ever out of date."""

    def __init__(self, engine: Engine) -> None:
        self._compiled: OrderedDict[tuple[Scope, str], Definition] = OrderedDict()

    def of(self, tx: Snapshot, scope: Scope, revision_id: str) -> Definition:
        """A revision by the id of its row."""
        key = (scope, revision_id)
        found = self._compiled.get(key)
        if found is not None:
            self._compiled.move_to_end(key)
            return found
        return self._keep(key, _compile(machine_rows.revision(tx, scope, revision_id)))

    def of_map(self, tx: Snapshot, scope: Scope, revision_id: str, state: str, kind: str) -> Definition:
        """What a distributed Map of a revision runs for its items."""
        key = (scope, f"{revision_id}/{kind}/{state}")
        found = self._compiled.get(key)
        if found is not None:
            self._compiled.move_to_end(key)
            return found
        whole = self.of(tx, scope, revision_id)
        return self._keep(key, replace(whole, kind=kind, machine=whole.machine.processor(state)))

    def _keep(self, key: tuple[Scope, str], definition: Definition) -> Definition:
        self._compiled[key] = definition
        if len(self._compiled) > COMPILED_MACHINES:
            self._compiled.popitem(last=False)
        return definition


def _compile(revision: Row) -> Definition:
    return Definition(
        revision.id,
        revision.type,
        revision.role,
        Settings.of_text(revision.settings),
        Machine.compile(revision.definition),
    )
