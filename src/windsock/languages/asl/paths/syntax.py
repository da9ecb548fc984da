"""Reading a path: its segments, the filters in it and the function at its end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.limits import MAX_PATH_NESTING
from windsock.languages.asl.paths.filters import OPERATORS
from windsock.languages.asl.paths.functions import Argument, PathFunction
from windsock.languages.asl.paths.segments import (
    Anywhere,
    Child,
    Children,
    EveryChild,
    Filter,
    Part,
    Predicate,
    Segment,
    Slice,
)
from windsock.languages.asl.paths.steps import Steps
from windsock.languages.asl.regexes import BoundedRegex

_T = TypeVar("_T")
_Operand = Callable[[Any, Any], Any]
"""One side of a comparison: its value for the item that is filtered, and what `$` is."""

_SPACE: Final = re.compile(r"\s*")
_NAME: Final = re.compile(r"(?:\\.|[^.\[\]()'\",*\s\\])+")
_NAME_IN_FILTER: Final = re.compile(r"(?:\\.|[^.\[\]()'\",*\s\\=!<>~&|?])+")
_ESCAPED: Final = re.compile(r"\\(.)")
_QUOTED: Final = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_SLICE: Final = re.compile(r"(-?\d{1,10})?\s*:\s*(-?\d{1,10})?", re.ASCII)
_INDEX: Final = re.compile(r"-?\d{1,10}", re.ASCII)
_OPERATOR: Final = re.compile(r"===|!==|==|!=|<=|>=|=~|<|>|[A-Za-z]+")
_LITERAL: Final = re.compile(
    r"(?:true|false|null|-?(?:0|[1-9]\d{0,199})(?:\.\d{1,200})?(?:[eE][+-]?\d{1,2})?)(?![\w.])", re.ASCII
)
_REGEX: Final = re.compile(r"/((?:[^/\\]|\\.)*)/([imsx]*)", re.DOTALL)


def parse_steps(text: str, start: int) -> Steps:
    """The steps from position `start`, just after the `$`. DefinitionError when it is no path."""
    reader = _Reader(text, start)
    steps = reader.steps(_NAME)
    if reader.position < len(text):
        raise reader.refusal()
    return steps


class _Reader:
    """Reads a path from left to right; `position` is where it is."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position
        self._depth = 0

    def refusal(self) -> DefinitionError:
        if self.position >= len(self.text):
            return DefinitionError(f"Invalid path '{self.text}': it ends too early")
        return DefinitionError(
            f"Invalid path '{self.text}': unexpected '{self.text[self.position]}' at position {self.position}"
        )

    def steps(self, name: re.Pattern[str]) -> Steps:
        """All steps that follow; `name` is what a name after a dot may be."""
        segments: list[Segment] = []
        function = None
        while function is None and (self._at(".") or self._at("[")):
            anywhere = self._skip("..")
            segment = self._after_dot(name) if anywhere or self._skip(".") else self._brackets()
            if isinstance(segment, PathFunction):
                function = segment
            else:
                segments.append(Anywhere(segment) if anywhere else segment)
        if segments and isinstance(last := segments[-1], Children) and isinstance(last.keys[0].key, str):
            segments[-1] = Part(last.keys)
        return Steps.of(segments, function)

    def _after_dot(self, name: re.Pattern[str]) -> Segment | PathFunction:
        if self._at("["):
            return self._brackets()
        if self._skip("*"):
            return EveryChild()
        found = self._need(name)[0]
        return self._call(found) if self._at("(") else Child(_ESCAPED.sub(r"\1", found))

    def _call(self, name: str) -> PathFunction:
        arguments: list[Argument] = []
        self._open("(")
        if not self._at(")"):
            arguments.append(self._argument())
            while self._skip(","):
                arguments.append(self._argument())
        self._close(")")
        return PathFunction.named(name, arguments)

    def _argument(self) -> Argument:
        operand, _ = self._operand()
        return lambda root: operand(root, root)

    def _brackets(self) -> Segment:
        self._open("[")
        segment = self._selector()
        self._close("]")
        return segment

    def _selector(self) -> Segment:
        """What stands in brackets."""
        if self._skip("*"):
            return EveryChild()
        if self._skip("?"):
            self._space()
            self._open("(")
            passes = self._condition()
            self._close(")")
            return Filter(passes)
        if piece := self._take(_SLICE):
            return self._spaced(Slice(*[None if bound is None else int(bound) for bound in piece.groups()]))
        read_key = self._name_key if self._at("'") or self._at('"') else self._index_key
        keys = [read_key()]
        while self._skip(","):
            self._space()
            keys.append(read_key())
        return keys[0] if len(keys) == 1 else Children(tuple(keys))

    def _name_key(self) -> Child:
        return self._spaced(Child(self._string()))

    def _index_key(self) -> Child:
        return self._spaced(Child(int(self._need(_INDEX)[0])))

    def _string(self) -> str:
        quoted = self._need(_QUOTED)
        # Only quotes and backslashes are escaped: AWS finds the name `a\"b` with ['a\"b'].
        quote = quoted[0][0]
        return re.sub(rf"\\([\\{quote}])", r"\1", quoted[0][1:-1])

    def _condition(self) -> Predicate:
        alternatives = [self._conjunction()]
        while self._skip("||"):
            alternatives.append(self._conjunction())
        if len(alternatives) == 1:
            return alternatives[0]
        return lambda item, root: any(holds(item, root) for holds in alternatives)

    def _conjunction(self) -> Predicate:
        parts = [self._negation()]
        while self._skip("&&"):
            parts.append(self._negation())
        if len(parts) == 1:
            return parts[0]
        return lambda item, root: all(holds(item, root) for holds in parts)

    def _negation(self) -> Predicate:
        self._space()
        if self._at("!"):
            self._open("!")
            negated = self._negation()
            self._depth -= 1
            return lambda item, root: not negated(item, root)
        if self._at("("):
            self._open("(")
            inner = self._condition()
            self._close(")")
            return self._spaced(inner)
        return self._comparison()

    def _comparison(self) -> Predicate:
        left, exists = self._operand()
        operator = self._take(_OPERATOR)
        if operator is None:
            if exists is None:
                raise self.refusal()
            return exists
        compare = OPERATORS.get(operator[0].lower())
        if compare is None:
            raise DefinitionError(f"Invalid path '{self.text}': there is no operator '{operator[0]}'")
        right, _ = self._operand()
        return lambda item, root: compare(left(item, root), right(item, root))

    def _operand(self) -> tuple[_Operand, Predicate | None]:
        """One side of a comparison and, when it is a path, whether there is anything."""
        self._space()
        if self._skip("@"):
            steps = self.steps(_NAME_IN_FILTER)
            return self._spaced((steps.follow, steps.lead_somewhere))
        if self._skip("$"):
            steps = self.steps(_NAME_IN_FILTER)
            return self._spaced(
                (
                    lambda _item, root: steps.follow(root, root),
                    lambda _item, root: steps.lead_somewhere(root, root),
                )
            )
        constant = self._constant()
        return self._spaced((lambda _item, _root: constant, None))

    def _constant(self) -> Any:
        if self._at("'") or self._at('"'):
            return self._string()
        if literal := self._take(_LITERAL):
            return json.loads(literal[0])
        if pattern := self._take(_REGEX):
            return BoundedRegex(pattern[1], pattern[2])
        if self._at("["):
            return self._array()
        raise self.refusal()

    def _array(self) -> list[Any]:
        elements: list[Any] = []
        self._open("[")
        while not self._at("]"):
            if elements:
                self._expect(",")
                self._space()
            elements.append(self._spaced(self._constant()))
        self._close("]")
        return elements

    def _open(self, bracket: str) -> None:
        self._expect(bracket)
        self._space()
        self._depth += 1
        if self._depth > MAX_PATH_NESTING:
            raise DefinitionError(f"A path is nested at most {MAX_PATH_NESTING} deep")

    def _close(self, bracket: str) -> None:
        self._space()
        self._expect(bracket)
        self._depth -= 1

    def _at(self, text: str) -> bool:
        return self.text.startswith(text, self.position)

    def _skip(self, text: str) -> bool:
        if not self._at(text):
            return False
        self.position += len(text)
        return True

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise self.refusal()

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
        return match

    def _need(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = self._take(pattern)
        if match is None:
            raise self.refusal()
        return match

    def _space(self) -> None:
        self._take(_SPACE)

    def _spaced(self, read: _T) -> _T:
        """What was read, with the white space after it passed over."""
        self._space()
        return read
