"""From the text of a filter policy to the alternatives it allows, checked as SNS checks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Final, NamedTuple

from windsock.languages.filters.sns.cursor import Cursor
from windsock.languages.filters.sns.errors import InvalidPolicy
from windsock.languages.filters.sns.matchers import Matcher
from windsock.languages.filters.sns.operators import OPERATORS, read_value
from windsock.languages.json_places import line_and_column
from windsock.languages.json_tokens import JsonSyntaxError, Kind

MAX_SIZE: Final = 256 * 1024
MAX_KEYS: Final = 5
MAX_COMBINATIONS: Final = 150

_TOO_COMPLEX: Final = "FilterPolicy: Filter policy is too complex"
_OR: Final = "$or"


class Field(NamedTuple):
    """What a policy asks of one field: any of `matchers`. `depth` is how deep it was nested, from 1."""

    matchers: tuple[Matcher, ...]
    depth: int


Alternative = Mapping[str, Field]
"""Fields by their path (dots between the names), all of which must be satisfied."""


def compile_policy(text: str, *, allow_nested: bool) -> tuple[Alternative, ...]:
    """The alternatives of a policy; InvalidPolicy when SNS would refuse it. `{}` asks nothing.

    Fields inside of fields are for message bodies: `allow_nested`.

    Source: "Filter policy constraints in Amazon SNS"
    https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    """
    if len(text.encode()) > MAX_SIZE:
        raise InvalidPolicy(_TOO_COMPLEX)
    try:
        cursor = Cursor(text)
    except JsonSyntaxError as error:
        raise _no_json(text, error) from error
    if cursor.next() is not Kind.START_OBJECT:
        raise cursor.refuse("Filter is not an object")
    if cursor.is_empty_object():
        return ({},)
    alternatives = _Compiler(cursor).alternatives()
    if not allow_nested and any(field.depth > 1 for fields in alternatives for field in fields.values()):
        raise InvalidPolicy("Filter policy scope MessageAttributes does not support nested filter policy")
    _check_limits(alternatives)
    return alternatives


def _no_json(text: str, error: JsonSyntaxError) -> InvalidPolicy:
    line, column = line_and_column(text, error.position)
    source = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
    place = f"[Source: {source}; line: {line}, column: {column}]"
    return InvalidPolicy(f"FilterPolicy: failed to parse JSON. {error.message}\n at {place}")


def _check_limits(alternatives: tuple[Alternative, ...]) -> None:
    paths = {path for alternative in alternatives for path in alternative}
    if len(paths) > MAX_KEYS:
        raise InvalidPolicy(f"FilterPolicy: Filter policy can not have more than {MAX_KEYS} keys")
    if sum(map(_combinations, alternatives)) > MAX_COMBINATIONS:
        raise InvalidPolicy(_TOO_COMPLEX)


def _combinations(alternative: Alternative) -> int:
    """How many combinations of values an alternative has; one nested n deep counts n times."""
    return prod(len(field.matchers) * field.depth for field in alternative.values())


class _Place(NamedTuple):
    """Where in the policy an object stands; `nesting` counts `$or` too, `depth` only what paths have."""

    path: str = ""
    depth: int = 1
    nesting: int = 1
    is_inside_or: bool = False

    def within(self, name: str) -> _Place:
        return _Place(self.path_of(name), self.depth + 1, self.nesting + 1, self.is_inside_or)

    def within_or(self) -> _Place:
        return self._replace(nesting=self.nesting + 1, is_inside_or=True)

    def path_of(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


class _Compiler:
    """Walks an object of a policy; inside of `$or` each of its objects goes on from what came before it."""

    __slots__ = ("_cursor",)

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def alternatives(self) -> tuple[Alternative, ...]:
        """The alternatives of the object whose beginning was just read."""
        return tuple(self._object([{}], _Place()))

    def _object(self, alternatives: list[dict[str, Field]], place: _Place) -> list[dict[str, Field]]:
        # Deeper is too complex in any case: one value n deep counts as n combinations.
        if place.nesting > MAX_COMBINATIONS:
            raise InvalidPolicy(_TOO_COMPLEX)
        is_empty = True
        for name in self._names():
            is_empty = False
            alternatives = self._member(alternatives, place, name)
        if is_empty:
            raise self._cursor.refuse("Empty objects are not allowed")
        return alternatives

    def _member(
        self, alternatives: list[dict[str, Field]], place: _Place, name: str
    ) -> list[dict[str, Field]]:
        if name == _OR:
            return self._or(alternatives, place.within_or())
        if place.is_inside_or and name in OPERATORS:
            raise self._cursor.refuse(f"{name} is Ruler reserved fieldName which cannot be used inside $or.")
        kind = self._cursor.next()
        if kind is Kind.START_OBJECT:
            return self._object(alternatives, place.within(name))
        if kind is Kind.START_ARRAY:
            field = Field(tuple(self._values()), place.depth)
            return [{**alternative, place.path_of(name): field} for alternative in alternatives]
        raise self._cursor.refuse(f'"{name}" must be an object or an array')

    def _or(self, before: list[dict[str, Field]], place: _Place) -> list[dict[str, Field]]:
        if self._cursor.next() is not Kind.START_ARRAY:
            raise self._cursor.refuse("It must be an Array followed with $or.")
        alternatives: list[dict[str, Field]] = []
        count = 0
        while (kind := self._cursor.next()) is not Kind.END_ARRAY:
            if kind is not Kind.START_OBJECT:
                raise self._cursor.refuse("Only JSON object is allowed in array of $or relationship.")
            count += 1
            alternatives += self._object(before, place)
            # Each alternative is at least one combination.
            if len(alternatives) > MAX_COMBINATIONS:
                raise InvalidPolicy(_TOO_COMPLEX)
        if count < 2:
            raise self._cursor.refuse("There must have at least 2 Objects in $or relationship.")
        return alternatives

    def _names(self) -> Iterator[str]:
        while self._cursor.next() is not Kind.END_OBJECT:
            yield self._cursor.text()

    def _values(self) -> Iterator[Matcher]:
        is_empty = True
        while (kind := self._cursor.next()) is not Kind.END_ARRAY:
            is_empty = False
            yield read_value(self._cursor, kind)
        if is_empty:
            raise self._cursor.refuse("Empty arrays are not allowed")
