"""Calls of intrinsic functions: read once, evaluated often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import IntrinsicFailure, RuntimeFailure
from windsock.languages.asl.intrinsics.registry import WrongArgument
from windsock.languages.asl.intrinsics.syntax import Invocation, MissingArgument, parse_invocation


@dataclass(frozen=True, slots=True)
class Call:
    """A call, with the calls in its arguments. `text` is as written."""

    text: str
    invocation: Invocation

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a call; DefinitionError when it is none, or has a wrong number of arguments."""
        return cls(text, parse_invocation(text))

    def evaluate(self, document: Any, environment: Environment) -> Any:
        """The result. RuntimeFailure for an argument that there is not, IntrinsicFailure for a wrong one."""
        try:
            return self.invocation.evaluate(document, environment)
        except WrongArgument as wrong:
            raise IntrinsicFailure(f"The function '{self.text}' had the following error: {wrong}") from wrong
        except MissingArgument as missing:
            raise RuntimeFailure(
                f"The function '{self.text}' had the following error: {missing}"
            ) from missing
