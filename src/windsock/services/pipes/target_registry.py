"""The kinds of target that pipes send to, by ARN.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from windsock.kernel.arns import Arn
from windsock.kernel.errors import ValidationError
from windsock.services.pipes.bus_target import BusTarget
from windsock.services.pipes.function_target import FunctionTarget
from windsock.services.pipes.log_group_target import LogGroupTarget
from windsock.services.pipes.message_targets import QueueTarget, TopicTarget
from windsock.services.pipes.state_machine_target import StateMachineTarget
from windsock.services.pipes.target_kinds import TargetKind

_KINDS: Final[Mapping[re.Pattern[str], TargetKind]] = {
    re.compile(r"sqs:[\w-]+(\.fifo)?", re.ASCII): QueueTarget(),
    re.compile(r"sns:[\w-]+(\.fifo)?", re.ASCII): TopicTarget(),
    re.compile(r"events:event-bus/.+"): BusTarget(),
    re.compile(r"lambda:function:.+"): FunctionTarget(),
    re.compile(r"states:stateMachine:.+"): StateMachineTarget(),
    re.compile(r"logs:log-group:.+"): LogGroupTarget(),
}


def target_kind(arn: Arn) -> TargetKind:
    """The kind an ARN names. Raises ValidationError when windsock cannot send to it from pipes."""
    name = f"{arn.service}:{arn.resource}"
    for pattern, kind in _KINDS.items():
        if pattern.fullmatch(name):
            return kind
    raise ValidationError(f"windsock does not send from pipes to {arn} yet.")
