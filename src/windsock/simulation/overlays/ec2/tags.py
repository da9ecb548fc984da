"""Tags: `Tag Change on Resource`.

Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/monitor-tag-changes.html
"""

from __future__ import annotations

from typing import Final

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.kernel.scope import Scope
from windsock.simulation.backend.happenings import Happening, on
from windsock.store.transaction import Transaction

# Their ARNs name no account.
_OF_NO_ACCOUNT: Final = frozenset({"image", "snapshot"})


@on("ec2.tags")
def tags_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A resource has other tags than before."""
    facts = happening.facts
    detail = {
        "changed-tag-keys": facts["changed"],
        "service": "ec2",
        "resource-type": facts["type"],
        "version": facts["version"],
        "tags": facts["tags"],
    }
    resource = _arn(happening.scope, facts["type"], facts["resource"])
    event = PlatformEvent("aws.tag", "Tag Change on Resource", detail, [resource])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)


def _arn(scope: Scope, kind: str, resource: str) -> str:
    if kind in _OF_NO_ACCOUNT:
        return f"arn:{scope.partition}:ec2:{scope.region}::{kind}/{resource}"
    return scope.arn("ec2", f"{kind}/{resource}")
