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
_QUICK: Final = frozenset(("count", "exists", "lookup", "type"))
"""Functions that do not go through what they are given."""


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
        self._is_quick = name in _QUICK

    def call(self, input: Any, args: Any) -> Any:  # noqa: A002
        """The result for the values of the arguments."""
        spend = Jsonata.CURRENT.jsonata.spend
        spend(1 if self._is_quick else 1 + sum(map(_effort, args)))
        result = super().call(input, args)
        spend(_effort(result))
        return result


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


def _effort(value: Any) -> int:
    """How many steps a value is worth, about what Python takes to go through it."""
    if isinstance(value, list | dict):
        return len(value) // 4
    if isinstance(value, BoundedRegex):
        return 50
    return len(value) // 64 if isinstance(value, str) else 0
