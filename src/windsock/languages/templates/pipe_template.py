"""The InputTemplate of a pipe: free text or JSON, with `<$.path>` and `<aws.pipes...>` in it.

- a template that is one variable alone gives its value: text as it is, anything else as JSON;
- inside quotes a variable is its bare text, outside of them JSON if the template is JSON, else bare too;
- a path that leads nowhere gives nothing: `""` where JSON is needed.

"Amazon EventBridge Pipes input transformation"
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import orjson

from windsock.languages.json_tokens import JsonSyntaxError, compact, read
from windsock.languages.templates.errors import InvalidTemplate, TransformFailed
from windsock.languages.templates.paths import MISSING, JsonPath
from windsock.languages.templates.template_text import placeholder_marks, split
from windsock.languages.values import to_json

PIPE_VARIABLES: Final = (
    "aws.pipes.pipe-arn",
    "aws.pipes.pipe-name",
    "aws.pipes.source-arn",
    "aws.pipes.enrichment-arn",
    "aws.pipes.target-arn",
    "aws.pipes.event.ingestion-time",
    "aws.pipes.event",
    "aws.pipes.event.json",
)

_MARKS: Final = placeholder_marks(r"\$[^<>\s]*|aws\.pipes\.[\w.-]+")


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable: the path into the event, or the reserved name."""

    name: str
    path: JsonPath | None
    is_quoted: bool

    def value(self, event: Any, reserved: Mapping[str, Any]) -> Any:
        return reserved.get(self.name, MISSING) if self.path is None else self.path.select(event)


@dataclass(frozen=True, slots=True)
class PipeTemplate:
    """A template ready to use, made by `parse`."""

    pieces: tuple[str | _Variable, ...]
    is_json: bool

    @classmethod
    def parse(cls, template: str) -> Self:
        """Read an InputTemplate; InvalidTemplate for a reserved variable that there is not."""
        pieces = tuple(
            piece if isinstance(piece, str) else _variable(piece.name, piece.is_quoted)
            for piece in split(template, _MARKS)
        )
        return cls(pieces, _is_json(pieces))

    def render(self, event: Any, reserved: Mapping[str, Any]) -> str:
        """The text for the target; `reserved` has the values of PIPE_VARIABLES.

        TransformFailed when what the event puts between quotes makes a JSON template something else.
        """
        if len(self.pieces) == 1 and isinstance(self.pieces[0], _Variable):
            return _bare(self.pieces[0].value(event, reserved))
        parts = []
        for piece in self.pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            value = piece.value(event, reserved)
            if self.is_json and not piece.is_quoted:
                parts.append('""' if value is MISSING else to_json(value))
            else:
                parts.append(_bare(value))
        rendered = "".join(parts)
        return _minified(rendered) if self.is_json else rendered


def _variable(name: str, is_quoted: bool) -> _Variable:
    if name.startswith("$"):
        return _Variable(name, JsonPath.parse(name), is_quoted)
    if name not in PIPE_VARIABLES:
        raise InvalidTemplate("InputTemplate", f" contains invalid placeholder {name}.")
    return _Variable(name, None, is_quoted)


def _is_json(pieces: Iterable[str | _Variable]) -> bool:
    """Whether the template is JSON once something stands where its variables are."""
    stand_in = "".join(
        piece if isinstance(piece, str) else "v" if piece.is_quoted else '"v"' for piece in pieces
    )
    try:
        orjson.loads(stand_in)
    except orjson.JSONDecodeError:
        return False
    return True


def _bare(value: Any) -> str:
    if value is MISSING:
        return ""
    return value if isinstance(value, str) else to_json(value)


def _minified(rendered: str) -> str:
    """JSON without the white space between its tokens; numbers keep their spelling."""
    try:
        return compact(rendered, list(read(rendered)))
    except JsonSyntaxError as error:
        raise TransformFailed(f"the transformed input is no JSON: {error.message}") from error
