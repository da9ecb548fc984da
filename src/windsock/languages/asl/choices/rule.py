"""A choice rule: a comparison, or several under And, Or, Not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import windsock.languages.asl.choices.operators  # noqa: F401 -- importing registers the operators
from windsock.languages.asl.choices.registry import OPERATORS, Operator
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError, RuntimeFailure
from windsock.languages.asl.limits import MAX_RULE_NESTING
from windsock.languages.asl.paths import Path
from windsock.languages.asl.values import MISSING

_Holds = Callable[[Any, Environment], bool]

_VARIABLE: Final = "Variable"
_NOT_ASKED: Final = frozenset((_VARIABLE, "Next", "Assign", "Output", "Comment"))


@dataclass(frozen=True, slots=True)
class Rule:
    """A choice rule, compiled."""

    _holds: _Holds

    @classmethod
    def compile(cls, rule: Mapping[str, Any]) -> Self:
        """Read a rule; DefinitionError when it is none."""
        return cls(_compile(rule, 0))

    def holds(self, document: Any, environment: Environment) -> bool:
        """Whether the document passes. RuntimeFailure for a path that leads nowhere."""
        return self._holds(document, environment)


def _compile(rule: Any, depth: int) -> _Holds:
    if not isinstance(rule, Mapping):
        raise DefinitionError("A choice rule must be an object")
    if depth > MAX_RULE_NESTING:
        raise DefinitionError(f"Choice rules nest at most {MAX_RULE_NESTING} deep")
    asked = [name for name in rule if name not in _NOT_ASKED]
    if len(asked) != 1:
        raise DefinitionError("A choice rule must have exactly one comparison operator")
    name, operand = asked[0], rule[asked[0]]
    if compile_combination := _COMBINATIONS.get(name):
        return compile_combination(operand, depth + 1)
    if name not in OPERATORS:
        raise DefinitionError(f"'{name}' is no comparison operator")
    return _comparison(rule.get(_VARIABLE), OPERATORS[name], operand)


def _comparison(variable: Any, operator: Operator, operand: Any) -> _Holds:
    if not isinstance(variable, str):
        raise DefinitionError(f"The rule with '{operator.name}' must have a Variable")
    if not operator.takes(operand):
        raise DefinitionError(f"The value of '{operator.name}' is of a wrong type")
    path = Path.parse(variable, _VARIABLE)
    left = path.find if operator.allows_missing else _present(path)
    test = operator.test
    if operator.at_path:
        right = _present(Path.parse(operand, operator.name))
        return lambda document, environment: test(left(document, environment), right(document, environment))
    return lambda document, environment: test(left(document, environment), operand)


def _present(path: Path) -> Callable[[Any, Environment], Any]:
    def find(document: Any, environment: Environment) -> Any:
        value = path.find(document, environment)
        if value is MISSING:
            raise RuntimeFailure(
                f"Invalid path '{path.text}': The choice state's condition path references an invalid value."
            )
        return value

    return find


def _parts(operand: Any, depth: int) -> list[_Holds]:
    if not isinstance(operand, list) or not operand:
        raise DefinitionError("And and Or must have a list of choice rules")
    return [_compile(part, depth) for part in operand]


def _and(operand: Any, depth: int) -> _Holds:
    parts = _parts(operand, depth)
    return lambda document, environment: all(holds(document, environment) for holds in parts)


def _or(operand: Any, depth: int) -> _Holds:
    parts = _parts(operand, depth)
    return lambda document, environment: any(holds(document, environment) for holds in parts)


def _not(operand: Any, depth: int) -> _Holds:
    part = _compile(operand, depth)
    return lambda document, environment: not part(document, environment)


_COMBINATIONS: Final[dict[str, Callable[[Any, int], _Holds]]] = {"And": _and, "Or": _or, "Not": _not}
