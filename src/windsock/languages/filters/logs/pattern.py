"""A filter pattern of CloudWatch Logs, whichever of its three forms it has.

"Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail"
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.json_events import JsonFilter
from windsock.languages.filters.logs.space_delimited import SpaceDelimitedFilter
from windsock.languages.filters.logs.terms import TermFilter

MAX_LENGTH: Final = 1024


class _Form(Protocol):
    def match(self, message: str) -> dict[str, str] | None:
        """The fields extracted from a message that matches; None for one that does not."""
        ...


_FORMS: Final[Mapping[str, Callable[[str], _Form]]] = {
    "{": JsonFilter.parse,
    "[": SpaceDelimitedFilter.parse,
}


@dataclass(frozen=True, slots=True)
class LogFilter:
    """A pattern ready to judge the messages of log events, made by `parse`."""

    text: str
    form: _Form

    @classmethod
    def parse(cls, text: str) -> LogFilter:
        """Read a filter pattern; InvalidFilter when CloudWatch Logs would refuse it."""
        if len(text) > MAX_LENGTH:
            raise InvalidFilter(f"longer than {MAX_LENGTH} characters")
        stripped = text.strip()
        return cls(text, _FORMS.get(stripped[:1], TermFilter.parse)(stripped))

    def accepts(self, message: str) -> bool:
        """Whether the message of a log event matches."""
        return self.form.match(message) is not None

    def extract(self, message: str) -> dict[str, str]:
        """The fields of a message that matches, as TestMetricFilter's extractedValues; {} for any other.

        Space-delimited patterns give every field ("$status", unnamed ones "$4"), JSON patterns those they
        name ("$.latency"), terms none.
        """
        return self.form.match(message) or {}
