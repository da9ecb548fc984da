"""Instances pass through their states.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.observed import happened

_CODES: Final = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    "terminated": 48,
    "stopping": 64,
    "stopped": 80,
}
# What an instance is while moto has it in the state that follows.
_BEFORE: Final = {"running": "pending", "stopped": "stopping", "terminated": "shutting-down"}

# Who is told of each state that an instance comes into.
FOLLOWERS: Final[list[Callable[[Instance, str], None]]] = []

_make_instance, _start, _stop, _terminate = (
    Instance.__init__,
    Instance.start,
    Instance.stop,
    Instance.terminate,
)


def apply() -> None:
    """Change moto's classes."""
    Instance.__init__ = _instance_made
    Instance.start = _slowly(_start)
    Instance.stop = _slowly(_stop)
    Instance.terminate = _slowly(_terminate)


def _instance_made(instance: Instance, *args: Any, **kwargs: Any) -> None:
    _make_instance(instance, *args, **kwargs)
    _enter(instance, "pending")


def _slowly(action: Any) -> Any:
    """An action of moto's after which an instance is at once in the state it would pass into."""

    def begin(instance: Instance) -> Any:
        previous = action(instance)
        now = instance._state.name
        if previous.name in (now, _BEFORE[now]):
            _set_state(instance, previous.name)
        else:
            _enter(instance, _BEFORE[now])
        return previous

    return begin


def _enter(instance: Instance, state: str) -> None:
    _set_state(instance, state)
    backend = instance.ec2_backend
    happened("ec2.instance", backend.account_id, backend.region_name, instance=instance.id, state=state)
    for follow in FOLLOWERS:
        follow(instance, state)


def _set_state(instance: Instance, state: str) -> None:
    instance._state.name, instance._state.code = state, _CODES[state]


@change("PassInstance")
def pass_instance(account: str, region: str, params: dict[str, Any]) -> None:
    """An instance that is still in the state `from` comes into the state `to`."""
    backend = ec2_backends[account][region]
    for instance in backend.all_instances():
        if instance.id == params["instance"] and instance._state.name == params["from"]:
            _enter(instance, params["to"])
