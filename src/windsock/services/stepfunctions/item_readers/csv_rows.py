"""CSV: an item a row, by the headers of its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final

from windsock.services.stepfunctions.item_readers.reading import Objects, content_of, item_reader
from windsock.services.stepfunctions.work import WorkFailed

_DELIMITERS: Final = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


@item_reader("CSV")
async def read_csv(
    objects: Objects, arguments: Mapping[str, Any], config: Mapping[str, Any]
) -> AsyncIterator[Any]:
    """The rows of a file; headers are its first row, or given."""
    delimiter = _DELIMITERS.get(str(config.get("CSVDelimiter", "COMMA")))
    if delimiter is None:
        raise WorkFailed("States.ItemReaderFailed", f"CSVDelimiter must be one of {', '.join(_DELIMITERS)}.")
    rows = rows_of(await content_of(objects, arguments), delimiter)
    headers = config.get("CSVHeaders")
    if config.get("CSVHeaderLocation") == "FIRST_ROW":
        headers = next(rows, [])
    if not isinstance(headers, list):
        raise WorkFailed("States.ItemReaderFailed", "CSVHeaders must be given, or be in the FIRST_ROW.")
    for row in rows:
        yield by_header(headers, row)


def rows_of(content: bytes, delimiter: str = ",") -> Iterator[list[str]]:
    """The rows of a CSV text, empty lines left out."""
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return (row for row in csv.reader(text, delimiter=delimiter) if row)


def by_header(headers: list[str], row: list[str]) -> dict[str, str]:
    """A row by its headers: what is missing is empty, what is too much is left out."""
    return {header: row[at] if at < len(row) else "" for at, header in enumerate(headers)}
