"""What is wrong with a schedule expression."""

from __future__ import annotations


class InvalidSchedule(ValueError):
    """An expression AWS refuses. `expression` is what was given, `reason` says which part and why.

    The services word it themselves: EventBridge says "Parameter ScheduleExpression is not valid.",
    Scheduler "Invalid Schedule Expression <expression>."
    """

    def __init__(self, expression: str, reason: str) -> None:
        super().__init__(f"{expression!r}: {reason}")
        self.expression = expression
        self.reason = reason
