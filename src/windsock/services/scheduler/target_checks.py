"""What CreateSchedule and UpdateSchedule look at before they take a target.

That the resource exists is not checked, as at AWS. What windsock cannot call is refused here, rather than
failing when it is due.
Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.engine.engine import Engine
from windsock.kernel.arns import Arn, parse_arn
from windsock.kernel.errors import ValidationError
from windsock.kernel.scope import Scope
from windsock.services.scheduler.limits import MAX_INPUT_BYTES
from windsock.services.scheduler.target_calls import TargetForm
from windsock.services.scheduler.templated_targets import templated_target
from windsock.services.scheduler.universal_targets import is_universal, universal_target


def check_target(engine: Engine, scope: Scope, target: Mapping[str, Any]) -> None:
    """Raise ValidationError when a target of a schedule in `scope` cannot be taken."""
    arn, form = target_form(target["Arn"])
    if not engine.answers(form.service, form.operation):
        raise ValidationError(
            f"{arn} cannot be a target: windsock does not implement {form.service}:{form.operation} yet."
        )
    if len(target.get("Input", "").encode()) > MAX_INPUT_BYTES:
        raise ValidationError(f"Input must have at most {MAX_INPUT_BYTES} bytes.")
    form.check(target, arn)
    queue = parse_arn(target.get("DeadLetterConfig", {}).get("Arn", ""))
    if queue is not None and queue.region != scope.region:
        raise ValidationError(f"The dead-letter queue must be in region {scope.region}.")


def target_form(given: str) -> tuple[Arn, TargetForm]:
    """A target's ARN, and how what it names is called. Raises ValidationError."""
    arn = parse_arn(given)
    if arn is not None and is_universal(arn):
        return arn, universal_target(arn)
    form = templated_target(arn) if arn is not None else None
    if arn is None or form is None:
        raise ValidationError("Provided Arn is not in correct format.")
    return arn, form
