"""Filters of event source mappings: which records reach the function.

A pattern for `body` that is an object wants a body of JSON; a list of texts wants the body as it is.
Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from windsock.languages.patterns import InvalidPattern, Pattern, matches, parse
from windsock.services.lambda_.errors import InvalidParameterValue


class _Filter(NamedTuple):
    pattern: Pattern
    wants_json: bool


class RecordFilters:
    """The filters of one mapping; with none of them every record passes. Raises InvalidParameterValue."""

    def __init__(self, criteria: Mapping[str, Any]) -> None:
        self._filters = [_compiled(each.get("Pattern", "{}")) for each in criteria.get("Filters") or ()]

    def pass_(self, record: Mapping[str, Any]) -> bool:
        """Whether a record reaches the function."""
        return not self._filters or any(_passes(each, record) for each in self._filters)


def _compiled(text: str) -> _Filter:
    try:
        source = orjson.loads(text)
        return _Filter(parse(text), isinstance(source, dict) and isinstance(source.get("body"), dict))
    except (orjson.JSONDecodeError, InvalidPattern) as error:
        raise InvalidParameterValue("Invalid filter pattern definition.") from error


def _passes(each: _Filter, record: Mapping[str, Any]) -> bool:
    if not each.wants_json:
        return matches(each.pattern, record)
    try:
        body = orjson.loads(record["body"])
    except orjson.JSONDecodeError:
        return False
    return matches(each.pattern, {**record, "body": body})
