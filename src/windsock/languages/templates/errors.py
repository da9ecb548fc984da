"""What can be wrong with a target's input."""

from __future__ import annotations


class InvalidTemplate(ValueError):
    """An input that PutTargets refuses; `for_target` words it as AWS does, naming the target."""

    def __init__(self, subject: str, problem: str) -> None:
        super().__init__(f"{subject}{problem}")
        self.subject = subject
        self.problem = problem

    def for_target(self, target_id: str) -> str:
        """The message of the ValidationException, such as "Input for target 1 is not a valid JSON text."."""
        return f"{self.subject} for target {target_id}{self.problem}"


class TransformFailed(ValueError):
    """An event that fills a JSON template so that the outcome is no JSON: the target cannot be invoked."""
