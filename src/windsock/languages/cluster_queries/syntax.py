"""Expressions: comparisons, joined by `and`, `or` and `not`, with parentheses.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from windsock.languages.cluster_queries.operators import LIST, NONE, OPERATORS

# Gives the values that an instance has for a subject (`attribute:ecs.os-type`, `task:group`): none, if it has
# no such attribute.
Subjects = Callable[[str], Sequence[str]]
Query = Callable[[Subjects], bool]

_SUBJECT: Final = re.compile(
    r"agentConnected|agentVersion|ec2InstanceId|registeredAt|runningTasksCount|task:group|attribute:.+"
)
_TOKEN: Final = re.compile(
    r"""\s*(?:(&&|\|\||==|!=|=~|!~|>=|<=|[()\[\],<>])   # a sign
      | '([^']*)' | "([^"]*)"                             # a text in quotes
      | (!(?:exists|in)\b | ! | [^\s()\[\],<>&|'"]+))     # a word, or what denies
    """,
    re.VERBOSE,
)
_AND: Final = frozenset({"and", "&&"})
_OR: Final = frozenset({"or", "||"})
_NOT: Final = frozenset({"not", "!"})


class InvalidQuery(Exception):
    """An expression that is none."""


def parse(expression: str) -> Query:
    """The query that an expression says. Raises InvalidQuery."""
    reading = _Reading(_tokens(expression))
    query = reading.alternatives()
    if reading.next is not None:
        raise InvalidQuery(f"Unexpected {reading.next!r}.")
    return query


def _tokens(expression: str) -> list[str]:
    tokens, position = [], 0
    text = expression.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise InvalidQuery(f"Unexpected {text[position]!r}.")
        tokens.append(next(group for group in found.groups() if group is not None))
        position = found.end()
    return tokens


class _Reading:
    """Tokens that are read one after the other; `next` is the one that is next."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._position = 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def take(self) -> str:
        token = self.next
        if token is None:
            raise InvalidQuery("The expression ends too early.")
        self._position += 1
        return token

    def expect(self, token: str) -> None:
        taken = self.take()
        if taken != token:
            raise InvalidQuery(f"Expected {token!r}, not {taken!r}.")

    def alternatives(self) -> Query:
        queries = [self.conditions()]
        while self.next in _OR:
            self.take()
            queries.append(self.conditions())
        return lambda subjects: any(query(subjects) for query in queries)

    def conditions(self) -> Query:
        queries = [self.condition()]
        while self.next in _AND:
            self.take()
            queries.append(self.condition())
        return lambda subjects: all(query(subjects) for query in queries)

    def condition(self) -> Query:
        if self.next in _NOT:
            self.take()
            denied = self.condition()
            return lambda subjects: not denied(subjects)
        if self.next == "(":
            self.take()
            inner = self.alternatives()
            self.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Query:
        subject, name = self.take(), self.take()
        if not _SUBJECT.fullmatch(subject):
            raise InvalidQuery(f"Unknown subject {subject!r}.")
        if name not in OPERATORS:
            raise InvalidQuery(f"Unknown operator {name!r}.")
        compare, takes = OPERATORS[name]
        arguments = [] if takes == NONE else self.list() if takes == LIST else [self.take()]
        try:
            compare(arguments, arguments, subject)  # an argument that is no date, number or pattern shows
        except (ValueError, re.error) as error:
            raise InvalidQuery(f"{arguments[0]!r} cannot be compared with {subject}.") from error
        return lambda subjects: compare(subjects(subject), arguments, subject)

    def list(self) -> list[str]:
        self.expect("[")
        values = [self.take()]
        while self.next == ",":
            self.take()
            values.append(self.take())
        self.expect("]")
        return values
