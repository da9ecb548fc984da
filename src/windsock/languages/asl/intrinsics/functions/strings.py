"""Functions on strings."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.intrinsics.registry import ANY_NUMBER, WrongArgument, a_string, intrinsic
from windsock.languages.values import to_json

_PLACE: Final = re.compile(r"\\(?P<escaped>['{}\\])|(?P<place>\{\})")


@intrinsic("Format", 1, ANY_NUMBER, reads_escapes=True)
def format_(template: Any, *values: Any) -> Any:
    """The template with the values in the place of its `{}`."""
    remaining = iter(values)

    def fill(match: re.Match[str]) -> str:
        if match["escaped"]:
            return match["escaped"]
        for value in remaining:
            return shown(value)
        raise WrongArgument("there are fewer arguments than {}")

    text = _PLACE.sub(fill, a_string(template))
    for _ in remaining:
        raise WrongArgument("there are more arguments than {}")
    return text


def shown(value: Any) -> str:
    """A value as States.Format writes it: as Java does, so objects are `{name=value, ...}`."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join([f"{name}={shown(each)}" for name, each in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([shown(each) for each in value]) + "]"
    return to_json(value)


@intrinsic("StringSplit", 2)
def string_split(text: Any, separators: Any) -> Any:
    """What stands between the separators, each character of which is one; nothing empty."""
    text, separators = a_string(text), a_string(separators)
    return (
        [piece for piece in re.split(f"[{re.escape(separators)}]", text) if piece] if separators else [text]
    )


@intrinsic("UUID", 0, wants_environment=True)
def uuid_(environment: Environment) -> Any:
    """A random UUID (version 4)."""
    return str(uuid.UUID(bytes=environment.entropy(16), version=4))
