"""The trails that log, in memory: every call is held against them."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from windsock.engine.engine import Engine
from windsock.engine.organizations import Organizations
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail import trail_rows
from windsock.services.cloudtrail.records import Record
from windsock.services.cloudtrail.selectors import DEFAULT_SELECTORS, Selectors, selects, wants_data
from windsock.store.statements import Row
from windsock.store.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class TrailKey:
    """A trail: its home and its name."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class _Active:
    key: TrailKey
    of_organization: bool
    multi_region: bool
    global_events: bool
    recursive: bool
    selectors: Selectors
    wants_data: bool

    def covers(self, record: Record, management: str | None) -> bool:
        """Whether it is for an event; `management` is who manages the organisation of the event's account."""
        account, region = record.scope
        home = self.key.scope
        mine = home.account == account or (self.of_organization and home.account == management)
        here = mine and (self.multi_region or home.region == region)
        wanted = (self.global_events or not record.form.is_global) and (self.recursive or not record.own)
        return here and wanted and selects(self.selectors, record)


class ActiveTrails:
    """What `trails` holds of those that log; read again after each change."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._trails: list[_Active] | None = None

    def changed(self, tx: Transaction) -> None:
        """Have the trails read again once this transaction is on disk."""
        tx.after_commit(self._forget)

    @property
    def any(self) -> bool:
        """Whether any trail logs."""
        return bool(self._known())

    @property
    def want_data(self) -> bool:
        """Whether any trail is for data events."""
        return any(trail.wants_data for trail in self._known())

    def covering(self, tx: Snapshot, record: Record) -> list[TrailKey]:
        """The trails that an event is for."""
        if self._trails is None:
            self._trails = _read(tx)
        membership = self._engine.part(Organizations).of(record.scope.account)
        management = None if membership is None else membership.management
        return [trail.key for trail in self._trails if trail.covers(record, management)]

    def _known(self) -> list[_Active]:
        if self._trails is None:
            self._trails = self._engine.store.read(_read)
        return self._trails

    def _forget(self) -> None:
        self._trails = None


def selectors_of(row: Row) -> Selectors:
    """The selectors of a trail, or the default ones."""
    selectors: Selectors = orjson.loads(row.selectors) if row.selectors else DEFAULT_SELECTORS
    return selectors


def _read(tx: Snapshot) -> list[_Active]:
    return [_active(row) for row in trail_rows.logging(tx)]


def _active(row: Row) -> _Active:
    selectors = selectors_of(row)
    key = TrailKey(Scope(row.account, row.region), row.name)
    settings = orjson.loads(row.body)
    return _Active(
        key,
        of_organization=settings["IsOrganizationTrail"],
        multi_region=bool(row.multi_region),
        global_events=settings["IncludeGlobalServiceEvents"],
        recursive=settings.get("RecursiveLogging", True),  # which an older windsock did not keep
        selectors=selectors,
        wants_data=wants_data(selectors),
    )
