"""Reference paths that are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node
from windsock.languages.asl.errors import DefinitionError
from windsock.languages.asl.paths import Path
from windsock.languages.asl.paths.path import Root

_ROOTS: Final[Mapping[str, tuple[Root, ...]]] = {
    "result": (Root.DOCUMENT,),
    "reference": (Root.DOCUMENT, Root.VARIABLES),
    "context reference": (Root.DOCUMENT, Root.VARIABLES, Root.CONTEXT),
}


@rule("SCHEMA_VALIDATION_FAILED")
def check(node: Node) -> Iterator[Finding]:
    """`ResultPath`, `Variable`, `SecondsPath` and the like name a single node: no wildcards, no filters."""
    for name, field, value in node.fields():
        roots = _ROOTS.get(field.role or "")
        if roots is None or not isinstance(value, str):
            continue
        if not value.startswith("$"):
            yield Finding("Value is not a Reference Path: Reference path didn't start with '$'", name)
        elif not _is_reference(value, roots):
            yield Finding("Value is not a Reference Path", name)


def _is_reference(text: str, roots: tuple[Root, ...]) -> bool:
    try:
        path = Path.parse(text, "")
    except DefinitionError:
        return False
    return path.keys is not None and path.root in roots
