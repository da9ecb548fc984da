"""The functions that Python does for an expression, and where more of them make themselves known."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

from jsonata.jsonata import Jsonata
from jsonata.signature import Signature

from windsock.languages.asl.jsonata.values import NULL
from windsock.languages.asl.regexes import BoundedRegex

_Body = Callable[..., Any]


class _Signature(Signature):  # type: ignore[misc] # the library has no types
    """What a function takes. To the library's own, null is a missing argument; to JSONata it is a value."""

    def __init__(self, read: Signature) -> None:
        # Not the library's own: it is read already.
        self.__dict__.update(read.__dict__)

    def get_symbol(self, value: Any) -> str:
        """The letter of the type of an argument."""
        return "l" if value is NULL else str(super().get_symbol(value))


class Native(Jsonata.JNativeFunction):  # type: ignore[misc] # the library has no types
    """A function that Python does, whose work counts as steps of the evaluation."""

    def __init__(self, name: str, signature: Signature, body: _Body, arity: int) -> None:
        # Not the library's own: that would look the body up by its name.
        self.function_name = name
        self.signature = _Signature(signature)
        self.method = body
        self.nargs = arity

    def call(self, input: Any, args: Any) -> Any:  # noqa: A002
        """The result for the values of the arguments."""
        Jsonata.CURRENT.jsonata.spend(1 + sum(map(_effort, args)))
        return super().call(input, args)


FUNCTIONS: Final = Jsonata.Frame(None)
"""What every expression may call: all that the library has but `$eval`, and what is registered."""

for _name, _native in Jsonata.static_frame.bindings.items():
    if _name != "eval":
        FUNCTIONS.bind(_name, Native(_name, _native.signature, _native.method, _native.nargs))


def function(name: str, signature: str) -> Callable[[_Body], _Body]:
    """Register a function with a JSONata signature; an argument that is missing is None, null is NULL."""

    def register(body: _Body) -> _Body:
        arity = len(inspect.signature(body).parameters)
        FUNCTIONS.bind(name, Native(name, Signature(signature, name), body, arity))
        return body

    return register


def _effort(argument: Any) -> int:
    """How many steps an argument is worth, about what Python takes to go through it."""
    if isinstance(argument, list):
        return len(argument) // 4
    if isinstance(argument, BoundedRegex):
        return 50
    return len(argument) // 64 if isinstance(argument, str) else 0
