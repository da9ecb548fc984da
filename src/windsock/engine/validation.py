"""Input checked against the service models, with AWS's own words.

Every call takes this, over HTTP or in-process. Each operation is compiled once; a valid input costs
no allocation. Constraints: required members, lengths, ranges, patterns, enum values; types first,
since in-process parameters come without a parser that checked them.

The wording, with the value, the path of the member and the constraint, is that of
"1 validation error detected: Value '...' at 'name' failed to satisfy constraint: Member must ...";
all violations are reported together, in the order of the model.
Source: recorded answers (tests/data) and "Common Error Types" of the services' API references.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from windsock.engine.model_values import TYPES, lower_first, rendered, wrong_type
from windsock.engine.scalar_constraints import Constraint, constraints_of, size_constraints
from windsock.engine.validation_styles import ValidationStyle, style_of
from windsock.kernel.errors import ValidationError
from windsock.kernel.shapes import is_list, is_map, is_structure

if TYPE_CHECKING:
    from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken constraint: the path below the checked value, the value as text, the constraint."""

    path: tuple[str, ...]
    value: str
    constraint: str

    def below(self, *steps: str) -> Violation:
        """The same, seen from further up."""
        return Violation((*steps, *self.path), self.value, self.constraint)

    def __str__(self) -> str:
        at = ".".join(self.path)
        return f"Value{self.value} at '{at}' failed to satisfy constraint: {self.constraint}"


Check = Callable[[Any], Sequence[Violation]]

_NONE: Sequence[Violation] = ()
_NOT_NULL = "Member must not be null"


def validate(operation: OperationModel, parameters: Mapping[str, Any]) -> None:
    """Check the parameters of a call.

    Raises ValidationError with the service's code (400) for broken constraints, SerializationError
    for a value of a wrong type. Unknown members are ignored.
    """
    check = _input_check(operation)
    violations = check(parameters)
    if not violations:
        return
    style = style_of(operation.service_model.service_name)
    if style.code is None:
        if style.missing is not None:
            named = violations[0].path[-1]
            raise ValidationError(
                style.missing.message.format(named[:1].upper() + named[1:]), code=style.missing.code
            )
        return
    count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected"
    raise ValidationError(f"{count}: {'; '.join(map(str, violations))}", code=style.code)


@functools.cache
def _input_check(operation: OperationModel) -> Check:
    if operation.input_shape is None:
        return _no_violations
    return _Checks(style_of(operation.service_model.service_name)).of(operation.input_shape)


def _no_violations(_value: Any) -> Sequence[Violation]:
    return _NONE


class _Checks:
    """Compiles the shapes of one operation's input, each once, recursion included."""

    def __init__(self, style: ValidationStyle) -> None:
        self._style = style
        self._compiled: dict[str, Check] = {}
        self._begun: set[str] = set()

    def of(self, shape: Shape) -> Check:
        """The check of a shape."""
        if shape.serialization.get("jsonvalue"):
            return _no_violations
        name = shape.name
        if name in self._compiled:
            return self._compiled[name]
        if name in self._begun:
            return self._later(name)
        self._begun.add(name)
        check = self._compile(shape)
        self._compiled[name] = check
        return check

    def _later(self, name: str) -> Check:
        def recurse(value: Any) -> Sequence[Violation]:
            return self._compiled[name](value)

        return recurse

    def _compile(self, shape: Shape) -> Check:
        if is_structure(shape):
            return _no_violations if shape.is_document_type else self._structure(shape)
        if is_list(shape):
            return self._list(shape)
        if is_map(shape):
            return self._map(shape)
        return self._scalar(shape)

    def _constraints(self, shape: Shape) -> tuple[Constraint, ...]:
        if self._style.code is None or shape.name in self._style.own_checks:
            return ()
        style = self._style
        if shape.name in style.own_patterns:
            return size_constraints(shape)
        return constraints_of(shape, style.enum_orders.get(shape.name), any_case=shape.name in style.any_case)

    def _sizes(self, shape: Shape) -> tuple[Constraint, ...]:
        return () if self._style.code is None else size_constraints(shape)

    def _structure(self, shape: StructureShape) -> Check:
        members = {name: (lower_first(name), self.of(member)) for name, member in shape.members.items()}
        required = [
            name for name in shape.required_members if name in members and self._style.checks_required
        ]
        order = {wire: position for position, (wire, _) in enumerate(members.values())}

        def check(value: Any) -> Sequence[Violation]:
            # The exact type first: asking whether something is a Mapping costs more than all the rest.
            if type(value) is not dict and not isinstance(value, Mapping):
                raise wrong_type(value, "a Structure")
            found: list[Violation] = []
            for name, item in value.items():
                member = members.get(name)
                if member is None or item is None:
                    continue
                inner = member[1](item)
                if inner:
                    found.extend(violation.below(member[0]) for violation in inner)
            missing = [name for name in required if value.get(name) is None]
            if missing:
                found += [Violation((members[name][0],), " null", _NOT_NULL) for name in missing]
            if len(found) > 1:
                found.sort(key=lambda violation: order[violation.path[0]])
            return found

        return check

    def _list(self, shape: ListShape) -> Check:
        sizes = self._sizes(shape)
        check_item = self.of(shape.member)
        constraints = self._constraints(shape.member) if _is_scalar(shape.member) else ()
        all_constraints = f"Member must satisfy constraint: {_joined(constraints)}"

        def check(value: Any) -> Sequence[Violation]:
            if type(value) is not list and not isinstance(value, (list, tuple)):
                raise wrong_type(value, "a List")
            for constraint in sizes:
                if not constraint.holds(value):
                    return [*self._broken(shape, value, sizes), *violations_of_items(value)]
            for item in value:
                if item is None or check_item(item):
                    return violations_of_items(value)
            return _NONE

        def violations_of_items(value: Sequence[Any]) -> Sequence[Violation]:
            found: list[Violation] = []
            for number, item in enumerate(value, 1):
                if item is None:
                    found.append(Violation((str(number), "member"), " null", _NOT_NULL))
                    continue
                inner = check_item(item)
                if inner and constraints:
                    # A list of scalars is reported as a whole, once, with all that its items must satisfy.
                    return [Violation((), self._shown(shape, value), all_constraints)]
                found.extend(violation.below(str(number), "member") for violation in inner)
            return found

        return check

    def _map(self, shape: MapShape) -> Check:
        sizes = self._sizes(shape)
        check_key, check_value = self.of(shape.key), self.of(shape.value)
        key_text = f"Map keys must satisfy constraint: {_joined(self._constraints(shape.key))}"
        constraints = self._constraints(shape.value) if _is_scalar(shape.value) else ()
        value_text = f"Map value must satisfy constraint: {_joined(constraints)}"

        def check(value: Any) -> Sequence[Violation]:
            if type(value) is not dict and not isinstance(value, Mapping):
                raise wrong_type(value, "a Map")
            found = list(self._broken(shape, value, sizes))
            keys_broken = values_broken = False
            for key, item in value.items():
                keys_broken = keys_broken or bool(check_key(key))
                inner = check_value(item) if item is not None else _NONE
                if inner and constraints:
                    values_broken = True
                else:
                    found.extend(violation.below(key, "member") for violation in inner)
            if keys_broken:
                found.append(Violation((), self._shown(shape, value), key_text))
            if values_broken:
                found.append(Violation((), self._shown(shape, value), value_text))
            return found

        return check

    def _scalar(self, shape: Shape) -> Check:
        constraints = self._constraints(shape)
        types, expected = TYPES[shape.type_name]
        usual = types[0]
        tests = tuple(constraint.holds for constraint in constraints)

        def check(value: Any) -> Sequence[Violation]:
            if type(value) is not usual and (type(value) is bool or not isinstance(value, types)):
                raise wrong_type(value, expected)
            for holds in tests:
                if not holds(value):
                    return self._broken(shape, value, constraints)
            return _NONE

        return check

    def _broken(self, shape: Shape, value: Any, constraints: tuple[Constraint, ...]) -> Sequence[Violation]:
        return [
            Violation((), self._shown(shape, value), constraint.text)
            for constraint in constraints
            if not constraint.holds(value)
        ]

    def _shown(self, shape: Shape, value: Any) -> str:
        """The value in the message; that of a sensitive shape is left out."""
        if shape.metadata.get("sensitive") or not self._style.shows_values:
            return ""
        return f" '{rendered(shape, value)}'"


def _is_scalar(shape: Shape) -> bool:
    return shape.type_name not in ("structure", "list", "map")


def _joined(constraints: tuple[Constraint, ...]) -> str:
    """All that items or keys must satisfy; in a list AWS names patterns after sizes."""
    constraints = tuple(sorted(constraints, key=lambda constraint: "pattern" in constraint.text))
    return f"[{', '.join(constraint.text for constraint in constraints)}]"
