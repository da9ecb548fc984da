"""URI templates of REST operations: `/{Bucket}/{Key+}?acl`, matched against the path as sent.

Source: https://smithy.io/2.0/spec/http-bindings.html#http-uri-label
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

_LABEL = re.compile(r"\{(?P<name>[^}+]+)(?P<greedy>\+?)\}")


@dataclass(frozen=True, slots=True)
class UriTemplate:
    """A compiled template.

    `literals` are the query parameters that it demands (an empty value: only their presence), and
    `rank` orders templates by how specific their path is: the higher one wins a request.
    """

    pattern: re.Pattern[str]
    labels: tuple[str, ...]
    literals: Mapping[str, str]
    rank: tuple[int, ...]

    def match(self, raw_path: str) -> dict[str, str] | None:
        """The decoded labels of a percent-encoded path, or None if it does not fit."""
        found = self.pattern.fullmatch(raw_path)
        if found is None:
            return None
        return {name: unquote(value) for name, value in zip(self.labels, found.groups(), strict=True)}


def compile_uri(uri: str) -> UriTemplate:
    """Compile the `requestUri` of an operation."""
    path, _, query = uri.partition("?")
    path = path.partition("#")[0]
    labels: list[str] = []
    pattern: list[str] = []
    rank: list[int] = []
    for segment in path.rstrip("/").split("/")[1:]:
        expression, weight = _segment(segment, labels)
        pattern.append("/" + expression)
        rank.append(weight)
    return UriTemplate(
        pattern=re.compile("".join(pattern) + "/?", re.DOTALL),
        labels=tuple(labels),
        literals=dict(parse_qsl(query.partition("#")[0], keep_blank_values=True)),
        rank=tuple(rank),
    )


def _segment(segment: str, labels: list[str]) -> tuple[str, int]:
    expression, position, weight = "", 0, 3
    for label in _LABEL.finditer(segment):
        expression += re.escape(segment[position : label.start()])
        expression += "(.+?)" if label["greedy"] else "([^/]+)"
        labels.append(label["name"])
        position = label.end()
        whole = label.start() == 0 and label.end() == len(segment)
        weight = 0 if label["greedy"] else 1 if whole else 2
    return expression + re.escape(segment[position:]), weight
