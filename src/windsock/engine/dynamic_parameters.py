"""Parameters of targets that may be JSON paths into the event: "The entire value has to be a JSON path".

Sources: "Dynamic path parameters" in https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
and https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-target.html
"""

from __future__ import annotations

import re
from typing import Any, Final

from windsock.languages.templates import MISSING, select_path
from windsock.languages.values import to_json

# As the models of Pipes have it.
_PATH: Final = re.compile(r"\$(\.[\w/-]+(\[(\d+|\*)\])*)*")


def resolved(value: str, event: Any) -> str:
    """A parameter's value: itself or, for a JSON path, what it leads to in the event (or an empty text)."""
    if _PATH.fullmatch(value) is None:
        return value
    found = select_path(value, event)
    if found is MISSING:
        return ""
    return found if isinstance(found, str) else to_json(found)


def all_resolved(value: Any, event: Any) -> Any:
    """A structure with every text in it resolved."""
    if isinstance(value, str):
        return resolved(value, event)
    if isinstance(value, list):
        return [all_resolved(each, event) for each in value]
    if isinstance(value, dict):
        return {name: all_resolved(each, event) for name, each in value.items()}
    return value
