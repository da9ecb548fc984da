"""Names and ARNs of Step Functions.

Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html (names)
and https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html (ARNs)
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.errors import InvalidArn, InvalidName

PRINCIPAL: Final = "states.amazonaws.com"

# White space, brackets, wildcards, special and control characters.
_FORBIDDEN: Final = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")

# Account ids of other lengths are in older templates.
_ROLE: Final = re.compile(r"arn:aws[\w-]*:iam::\d+:role/.+")

_MACHINE: Final = "stateMachine"
_EXECUTION: Final = "execution"
_EXPRESS: Final = "express"
_MAP_RUN: Final = "mapRun"
_ACTIVITY: Final = "activity"


class MachineName(NamedTuple):
    """A state machine; `qualifier` is the version or alias asked for, empty for the machine itself."""

    scope: Scope
    name: str
    qualifier: str = ""

    @property
    def arn(self) -> str:
        """As it was asked for."""
        return machine_arn(self.scope, f"{self.name}:{self.qualifier}" if self.qualifier else self.name)

    @property
    def version(self) -> int | None:
        """The number of the version asked for; None for an alias and for the machine itself."""
        return int(self.qualifier) if self.qualifier.isdecimal() else None


class ExecutionName(NamedTuple):
    """An execution: its machine (`name/label` for children of a distributed Map) and its own name."""

    scope: Scope
    machine: str
    name: str

    @property
    def arn(self) -> str:
        return execution_arn(self.scope, self.machine, self.name)


def check_role(arn: str) -> None:
    """Raise InvalidArn for what is no ARN of a role."""
    if not _ROLE.fullmatch(arn):
        raise InvalidArn(arn, what="Role Arn")


def check_name(name: str) -> None:
    """Raise InvalidName for a name with characters that names cannot have."""
    if _FORBIDDEN.search(name):
        raise InvalidName(name)


def machine_arn(scope: Scope, name: str) -> str:
    """The ARN of a state machine, or of `name:version` or `name:alias`."""
    return scope.arn("states", f"{_MACHINE}:{name}")


def execution_arn(scope: Scope, machine: str, name: str) -> str:
    """The ARN of an execution by its row, where an Express child of a distributed Map is named `name:run`."""
    kind = _EXPRESS if ":" in name else _EXECUTION
    return scope.arn("states", f"{kind}:{machine}:{name}")


def express_arn(scope: Scope, machine: str, name: str, run: str) -> str:
    """The ARN of an Express execution; `run` tells apart those of one name."""
    return scope.arn("states", f"{_EXPRESS}:{machine}:{name}:{run}")


def map_run_arn(scope: Scope, machine: str, label: str, run: str) -> str:
    """The ARN of a map run of a machine; `run` is its id."""
    return scope.arn("states", f"{_MAP_RUN}:{machine}/{label}:{run}")


def activity_arn(scope: Scope, name: str) -> str:
    """The ARN of an activity."""
    return scope.arn("states", f"{_ACTIVITY}:{name}")


def machine_named(text: str) -> MachineName:
    """The state machine, version or alias that an ARN names. Raises InvalidArn."""
    arn, rest = _parts(text, _MACHINE)
    name, _, qualifier = rest.partition(":")
    if not name or ":" in qualifier:
        raise InvalidArn(f"Invalid ARN: {text}")
    return MachineName(arn.scope, name, qualifier)


def execution_named(text: str) -> ExecutionName:
    """The Standard execution that an ARN names. Raises InvalidArn."""
    arn, rest = _parts(text, _EXECUTION)
    machine, _, name = rest.partition(":")
    if not machine or not name or ":" in name:
        raise InvalidArn(f"Invalid ARN: {text}")
    return ExecutionName(arn.scope, machine, name)


def map_run_named(text: str) -> tuple[Scope, str]:
    """The scope and id of the map run that an ARN names. Raises InvalidArn."""
    arn, rest = _parts(text, _MAP_RUN)
    _, _, run = rest.partition(":")
    return arn.scope, run


def activity_named(text: str) -> tuple[Scope, str]:
    """The scope and name of the activity that an ARN names. Raises InvalidArn."""
    arn, name = _parts(text, _ACTIVITY)
    return arn.scope, name


def kind_of(text: str) -> str:
    """What an ARN of Step Functions names: `stateMachine`, `activity` and so on. Raises InvalidArn."""
    return _states_arn(text).resource.partition(":")[0]


def _parts(text: str, kind: str) -> tuple[Arn, str]:
    arn = _states_arn(text)
    found, _, rest = arn.resource.partition(":")
    if found != kind:
        raise InvalidArn(f"Resource type not valid in this context: {found}")
    return arn, rest


def _states_arn(text: str) -> Arn:
    arn = parse_arn(text)
    if arn is None or arn.service != "states":
        raise InvalidArn(f"Invalid ARN prefix: {text}")
    return arn
