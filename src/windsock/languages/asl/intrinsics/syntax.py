"""Reading a call: `States.Name(argument, ...)`, the arguments being literals, paths and calls again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Protocol

import windsock.languages.asl.intrinsics.functions  # noqa: F401 -- importing registers the functions
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.intrinsics.registry import FUNCTIONS, Function
from windsock.languages.asl.limits import MAX_INTRINSIC_NESTING
from windsock.languages.asl.paths import Path
from windsock.languages.asl.values import MISSING
from windsock.languages.values import to_json

_TOKEN: Final = re.compile(
    r"""\s*(?:
      States\.(?P<function>\w+)\s*\(
    | '(?P<string>(?:[^'\\]|\\.)*)'
    | (?P<literal>(?:true|false|null|-?(?:0|[1-9]\d{0,199})(?:\.\d{1,200})?(?:[eE][+-]?\d{1,2})?)(?![\w.]))
    | (?P<path>\$)
    | (?P<mark>[,)])
    )\s*""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_PATH_PIECE: Final = re.compile(r"""[^'"\[\](),\s]+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\s+""", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPABLE: Final = "'{}\\"


class Argument(Protocol):
    """What stands between the parentheses of a call."""

    def evaluate(self, document: Any, environment: Environment) -> Any:
        """Its value. Raises WrongArgument or MissingArgument."""
        ...


class MissingArgument(ValueError):
    """A path that leads nowhere, as an argument; the message is AWS's."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, boolean or null."""

    value: Any

    def evaluate(self, _document: Any, _environment: Environment) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class PathArgument:
    """A path."""

    path: Path

    def evaluate(self, document: Any, environment: Environment) -> Any:
        value = self.path.find(document, environment)
        if value is MISSING:
            raise MissingArgument(
                f"The JsonPath argument for the field '{self.path.text}' could not be found"
                f" in the input '{to_json(self.path.start(document, environment))}'"
            )
        return value


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function with its arguments."""

    function: Function
    arguments: tuple[Argument, ...]

    def evaluate(self, document: Any, environment: Environment) -> Any:
        values = [argument.evaluate(document, environment) for argument in self.arguments]
        return self.function.call(values, environment)


def parse_invocation(text: str) -> Invocation:
    """Read a whole text as one call; DefinitionError when it is none."""
    reader = _Reader(text)
    token = reader.next()
    if not token["function"]:
        raise reader.refusal("a call of States.<function>() is needed")
    invocation = reader.invocation(token["function"], depth=1)
    if reader.position < len(text):
        raise reader.refusal("there is more after the call")
    return invocation


class _Reader:
    """Reads a call from left to right; `position` is where it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def refusal(self, problem: str) -> DefinitionError:
        return DefinitionError(f"Invalid intrinsic function call '{self.text}': {problem}")

    def next(self) -> re.Match[str]:
        token = _TOKEN.match(self.text, self.position)
        if token is None:
            raise self.refusal(f"unexpected text at position {self.position}")
        self.position = token.end()
        return token

    def invocation(self, name: str, depth: int) -> Invocation:
        """The arguments up to the closing parenthesis; the opening one is behind."""
        function = FUNCTIONS.get(name)
        if function is None:
            raise self.refusal(f"there is no function States.{name}")
        if depth > MAX_INTRINSIC_NESTING:
            raise self.refusal(f"calls nest at most {MAX_INTRINSIC_NESTING} deep")
        arguments: list[Argument] = []
        token = self.next()
        if token["mark"] != ")":
            arguments.append(self._argument(token, function, depth))
            while (token := self.next())["mark"] != ")":
                if token["mark"] != ",":
                    raise self.refusal(f"a comma is missing before position {token.start()}")
                arguments.append(self._argument(self.next(), function, depth))
        if not function.least <= len(arguments) <= function.most:
            raise self.refusal(f"States.{name} does not take {len(arguments)} arguments")
        return Invocation(function, tuple(arguments))

    def _argument(self, token: re.Match[str], function: Function, depth: int) -> Argument:
        if token["function"]:
            return self.invocation(token["function"], depth + 1)
        if token["string"] is not None:
            return Literal(token["string"] if function.reads_escapes else self._unescaped(token["string"]))
        if token["literal"]:
            return Literal(json.loads(token["literal"]))
        if token["path"]:
            return PathArgument(self._path(token.start("path")))
        raise self.refusal(f"unexpected '{token['mark']}' at position {token.start('mark')}")

    def _path(self, start: int) -> Path:
        """The path from `start` to the comma or parenthesis that does not belong to it."""
        depth = 0
        position = start
        while position < len(self.text):
            character = self.text[position]
            if depth == 0 and character in ",)":
                break
            depth += (character in "([") - (character in ")]")
            piece = _PATH_PIECE.match(self.text, position)
            position = piece.end() if piece else position + 1
        self.position = position
        return Path.parse(self.text[start:position].rstrip(), self.text)

    def _unescaped(self, string: str) -> str:
        def plain(match: re.Match[str]) -> str:
            if match[1] not in _ESCAPABLE:
                raise self.refusal(f"'\\{match[1]}' is no escape")
            return match[1]

        return _ESCAPE.sub(plain, string)
