"""Reading the text of a definition."""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.languages.asl.diagnostics.diagnostic import Diagnostic
from windsock.languages.asl.limits import MAX_DEFINITION_CHARACTERS
from windsock.languages.json_places import jackson_place
from windsock.languages.json_tokens import JsonSyntaxError, Kind, read

DEPTH: Final = 500
"""Objects and arrays that a definition may nest. AWS documents no such limit; Python reads no deeper ones."""


def parse(text: str) -> dict[str, Any] | Diagnostic:
    """The definition that `text` is, or what is wrong with it."""
    if len(text) > MAX_DEFINITION_CHARACTERS:
        problem = f"Definition must have at most {MAX_DEFINITION_CHARACTERS} characters"
        return Diagnostic("ERROR", "SCHEMA_VALIDATION_FAILED", problem)
    try:
        # Counting is for what could be deep at all: it reads every token.
        if text.count("{") + text.count("[") > DEPTH and _depth(text) > DEPTH:
            return Diagnostic("ERROR", "TOO_DEEPLY_NESTED", "The states are too deeply nested")
        definition = orjson.loads(text) if text.strip() else None
    except (orjson.JSONDecodeError, JsonSyntaxError) as refusal:
        try:
            _depth(text)
        except JsonSyntaxError as error:
            return _no_json(text, error)
        # Well formed, but with a lone surrogate, or a number that is infinity.
        return Diagnostic("ERROR", "INVALID_JSON_DESCRIPTION", str(refusal))
    if not isinstance(definition, dict):
        return Diagnostic("ERROR", "SCHEMA_VALIDATION_FAILED", "Definition must be a valid JSON object")
    return definition


def _no_json(text: str, error: JsonSyntaxError) -> Diagnostic:
    place = jackson_place(text, error.position)
    message = f"{error.message}\n at {place}"
    return Diagnostic("ERROR", "INVALID_JSON_DESCRIPTION", message, location=place, offset=error.position)


def _depth(text: str) -> int:
    """How deep objects and arrays nest; JsonSyntaxError where the text is no JSON."""
    deepest = depth = 0
    for token in read(text):
        depth += token.kind in (Kind.START_OBJECT, Kind.START_ARRAY)
        depth -= token.kind in (Kind.END_OBJECT, Kind.END_ARRAY)
        deepest = max(deepest, depth)
    return deepest
