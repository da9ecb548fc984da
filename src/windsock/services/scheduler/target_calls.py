"""What a schedule's target comes to: one call of an operation.

Two kinds of target make calls: templated ones (`templated_targets`) name a resource, universal ones
(`universal_targets`) name an operation.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from windsock.engine.operations import Result
from windsock.engine.targets import TargetError
from windsock.kernel.arns import Arn
from windsock.kernel.scope import Scope


@dataclass(frozen=True, slots=True)
class TargetCall:
    """The call to make: what boto3 would take as `params`, in the account and region of `scope`."""

    service: str
    operation: str
    params: dict[str, Any]
    scope: Scope


class TargetForm(ABC):
    """How one target is called."""

    service: str
    operation: str
    # Whether an answer without an error may tell of a failure, and so must be looked at first.
    tells_failures: ClassVar[bool] = False

    @abstractmethod
    def check(self, target: Mapping[str, Any], arn: Arn) -> None:
        """Raise ValidationError when CreateSchedule must refuse the target."""

    @abstractmethod
    def call(self, target: Mapping[str, Any], arn: Arn, text: str, scope: Scope) -> TargetCall:
        """The call that `text`, the target's input, makes of a target of a schedule in `scope`.

        Raises TargetError when it makes none.
        """

    def failure(self, result: Result) -> TargetError | None:
        """The failure that an answer tells of, for those forms whose answers may."""
        return None
