"""Labels of Map states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from windsock.languages.asl.diagnostics.rule import Finding, rule
from windsock.languages.asl.diagnostics.walk import Node, descend

LENGTH: Final = 40
_FORBIDDEN: Final = re.compile(r"[\s?*<>{}\[\]:;,\\|^~$#%&`\"\x00-\x1f\x7f-\x9f]")


@rule("INVALID_LABEL_NAME", recorded=False)
def check(node: Node) -> Iterator[Finding]:
    """A Map's `Label` has 1 to 40 characters, none of them special, and no other Map's is the same.

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
    """
    if node.path or not node.shape.is_machine:
        return
    labels: set[str] = set()
    for each in descend(node):
        label = each.value.get("Label")
        if each.shape.name != "Map" or not isinstance(label, str):
            continue
        if not 0 < len(label) <= LENGTH or _FORBIDDEN.search(label):
            yield Finding(f"Invalid label name: '{label}'", *each.path, "Label")
        if label in labels:
            yield Finding(f"Duplicate label name: {label}", *each.path, "Label", code="DUPLICATE_LABEL_NAME")
        labels.add(label)
