"""As whom machines act: their role, or another that it takes for a task.

A role that the state's Credentials name must let the machine's role take it, and the machine's role must
be allowed to; the ARN of the machine is the external id.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from __future__ import annotations

from windsock.engine.calls import Caller
from windsock.kernel.arns import parse_arn
from windsock.kernel.scope import Scope
from windsock.services.stepfunctions.names import PRINCIPAL


def acting(scope: Scope, role: str, machine_arn: str, other_role: str = "") -> Caller:
    """A machine that acts as its role, or as another one. The children of a Map act as its machine."""
    machine = machine_arn.partition("/")[0]
    if not other_role:
        return Caller.role(role, scope.account, PRINCIPAL, machine)
    return Caller.role(other_role, acting_in(scope, other_role).account, PRINCIPAL, machine, role)


def acting_in(scope: Scope, other_role: str) -> Scope:
    """Where a machine acts: in the account of the other role, if there is one."""
    arn = parse_arn(other_role)
    return scope if arn is None else Scope(arn.account, scope.region)
