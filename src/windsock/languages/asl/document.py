"""A JSON value together with its text, so that neither is made twice."""

from __future__ import annotations

from typing import Any, Final

import orjson

from windsock.languages.asl.errors import RuntimeFailure
from windsock.languages.values import to_json

_UNKNOWN: Final = object()
_TOO_DEEP: Final = "The payload is nested too deeply."
# What orjson reads; Python may write more.
_DEEPEST: Final = 1024


class Document:
    """A JSON value and its text; whichever is missing is made when it is first asked for.

    What passes from state to state unchanged keeps its spelling, as it does at AWS. The value is never
    changed in place.
    """

    __slots__ = ("_text", "_value")

    def __init__(self, value: Any = _UNKNOWN, text: str | None = None) -> None:
        """From a value, from a text that is known to be JSON, or both."""
        self._value = value
        self._text = text

    @property
    def value(self) -> Any:
        """The parsed value."""
        value = self._value
        if value is _UNKNOWN:
            value = self._value = orjson.loads(self._text or "null")
        return value

    @property
    def text(self) -> str:
        """The JSON text. Raises RuntimeFailure for what is nested too deeply."""
        text = self._text
        if text is None:
            try:
                text = self._text = _readable(to_json(self._value))
            except RecursionError as error:
                raise RuntimeFailure(_TOO_DEEP) from error
        return text

    def size(self) -> int:
        """Bytes of the text in UTF-8."""
        text = self.text
        return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))

    @classmethod
    def array(cls, parts: list[Document]) -> Document:
        """The list of these, made of their texts. Raises RuntimeFailure for what is nested too deeply."""
        text = _readable(f"[{','.join([part.text for part in parts])}]")
        return cls([part.value for part in parts], text)


def _readable(text: str) -> str:
    """`text`, if it can be read again when the execution goes on after a restart."""
    if text.count("[") + text.count("{") > _DEEPEST:
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise RuntimeFailure(_TOO_DEEP) from error
    return text


EMPTY: Final = Document({}, "{}")
