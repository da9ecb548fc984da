"""Search expressions: which metrics are meant by a schema in braces and search terms.

Terms match a part of a name (in its *pieces*: `CustomCount1` has `Custom`, `Count` and `1`), in quotes the
whole name. A piece matches in any case; several pieces written as one (`CustomCount`) match in the same case,
with something between them (`custom-count`) in any.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from windsock.languages.metric_math.errors import InvalidExpression

MAX_LENGTH: Final = 1024
"""Characters of a search expression. Source: as above."""

_SCHEMA: Final = re.compile(r"\s*\{(?P<parts>(?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\}\s*,?")
_PART: Final = re.compile(r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^,"]+))\s*(?:,|$)')
_TERM: Final = re.compile(
    r"\s*(?:(?P<bracket>[()])|(?P<word>AND|OR|NOT)(?![^\s()])"
    r'|(?:(?P<property>[^\s()"=]+|"(?:[^"\\]|\\.)*")\s*=\s*)?'
    r'(?:"(?P<exact>(?:[^"\\]|\\.)*)"|(?P<partial>[^\s()"]+)))'
)
_PIECE: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_WORD: Final = re.compile(r"[^\W_]+")

_Test = Callable[["MetricName"], bool]


@dataclass(frozen=True, slots=True)
class MetricName:
    """A metric that may be found."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]

    def texts(self) -> Iterator[str]:
        """Everything a term without a property may match."""
        yield self.namespace
        yield self.name
        yield from self.dimensions
        yield from self.dimensions.values()

    def texts_of(self, name: str) -> Iterator[str]:
        """What a term with a property may match."""
        if name == "MetricName":
            yield self.name
        elif name == "Namespace":
            yield self.namespace
        elif name in self.dimensions:
            yield self.dimensions[name]


@dataclass(frozen=True, slots=True)
class SearchExpression:
    """A search expression, read."""

    namespace: str | None
    dimensions: frozenset[str]
    test: _Test

    @classmethod
    def parse(cls, text: str) -> SearchExpression:
        """Read a search expression. Raises InvalidExpression."""
        if len(text) > MAX_LENGTH:
            raise InvalidExpression(f"a search has at most {MAX_LENGTH} characters")
        schema = _SCHEMA.match(text)
        namespace, dimensions = None, frozenset[str]()
        if schema is not None:
            namespace, *names = _schema(schema["parts"])
            dimensions = frozenset(names)
        terms = _terms(text[schema.end() if schema else 0 :])
        if not terms and schema is None:
            raise InvalidExpression("a search needs a schema or a term")
        return cls(namespace, dimensions, _Reader(terms).whole() if terms else lambda _metric: True)

    def finds(self, metric: MetricName) -> bool:
        """Whether a metric is meant. A schema with dimensions means metrics that have just those."""
        if self.namespace is not None and metric.namespace != self.namespace:
            return False
        if self.dimensions and self.dimensions != set(metric.dimensions):
            return False
        return self.test(metric)


def _schema(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            raise InvalidExpression("the schema in braces cannot be read")
        parts.append(_plain(found["quoted"]) if found["quoted"] is not None else found["plain"].strip())
        at = found.end()
    if not parts or not all(parts):
        raise InvalidExpression("the schema in braces needs a namespace")
    return parts


def _terms(text: str) -> list[re.Match[str]]:
    terms: list[re.Match[str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TERM.match(text, at)
        if found is None:
            raise InvalidExpression(f"the search cannot be read at {text[at:].strip()[:10]!r}")
        terms.append(found)
        at = found.end()
    return terms


class _Reader:
    """Reads terms with AND (or nothing) between them, OR, NOT and brackets."""

    def __init__(self, terms: list[re.Match[str]]) -> None:
        self._terms = terms
        self._at = 0

    def whole(self) -> _Test:
        test = self._either()
        if self._at < len(self._terms):
            raise InvalidExpression("the brackets of the search do not match")
        return test

    def _either(self) -> _Test:
        tests = [self._all()]
        while self._takes("word", "OR"):
            tests.append(self._all())
        return lambda metric: any(test(metric) for test in tests)

    def _all(self) -> _Test:
        tests = [self._one()]
        while self._at < len(self._terms) and not self._is("word", "OR") and not self._is("bracket", ")"):
            self._takes("word", "AND")
            tests.append(self._one())
        return lambda metric: all(test(metric) for test in tests)

    def _one(self) -> _Test:
        if self._takes("word", "NOT"):
            inner = self._one()
            return lambda metric: not inner(metric)
        if self._takes("bracket", "("):
            inner = self._either()
            if not self._takes("bracket", ")"):
                raise InvalidExpression("the brackets of the search do not match")
            return inner
        if self._at == len(self._terms) or self._terms[self._at]["word"] or self._terms[self._at]["bracket"]:
            raise InvalidExpression("the search lacks a term")
        self._at += 1
        return _term(self._terms[self._at - 1])

    def _is(self, kind: str, text: str) -> bool:
        return self._at < len(self._terms) and self._terms[self._at][kind] == text

    def _takes(self, kind: str, text: str) -> bool:
        there = self._is(kind, text)
        self._at += there
        return there


def _term(term: re.Match[str]) -> _Test:
    matches = _exactly(_plain(term["exact"])) if term["exact"] is not None else _partly(term["partial"])
    name = term["property"]
    if name is None:
        return lambda metric: any(map(matches, metric.texts()))
    wanted = _plain(name[1:-1]) if name.startswith('"') else name
    return lambda metric: any(map(matches, metric.texts_of(wanted)))


def _exactly(text: str) -> Callable[[str], bool]:
    return lambda value: value == text


def _partly(text: str) -> Callable[[str], bool]:
    words, pieces = _WORD.findall(text), _pieces(text)
    if not pieces:
        raise InvalidExpression(f"there is nothing to search for in {text}")
    if len(words) == 1 and len(pieces) > 1:
        return lambda value: _follow(pieces, _pieces(value)) or _whole(value) == text.lower()
    lower = tuple(piece.lower() for piece in pieces)
    return lambda value: _follow(lower, tuple(piece.lower() for piece in _pieces(value)))


def _follow(wanted: tuple[str, ...], pieces: tuple[str, ...]) -> bool:
    """Whether the pieces hold those wanted, one after the other."""
    count = len(wanted)
    return any(pieces[start : start + count] == wanted for start in range(len(pieces) - count + 1))


@functools.lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece for found in _WORD.findall(text) for piece in _PIECE.findall(found))


def _whole(text: str) -> str:
    return "".join(_WORD.findall(text)).lower()


def _plain(text: str) -> str:
    """A text in quotes without its backslashes."""
    return re.sub(r"\\(.)", r"\1", text)
