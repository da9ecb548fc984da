"""Parameters: `Parameter Store Change`.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
"""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.simulation.backend.happenings import Happening, on
from windsock.store.transaction import Transaction


@on("ssm.parameter")
def parameter_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """A parameter was made, changed or deleted."""
    facts = happening.facts
    detail = {
        "operation": facts["operation"],
        "name": facts["parameter"],
        "type": facts["type"],
        **({"description": facts["description"]} if facts["description"] else {}),
    }
    resource = happening.scope.arn("ssm", f"parameter/{facts['parameter'].lstrip('/')}")
    event = PlatformEvent("aws.ssm", "Parameter Store Change", detail, [resource])
    announce(engine, tx, happening.scope, [event], cause=happening.cause)
