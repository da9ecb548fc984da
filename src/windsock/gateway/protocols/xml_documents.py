"""XML bodies read into a plain tree, safely.

A document type declaration is refused, and with it every entity but the five predefined ones: no
entity expansion, no external reference. expat is used directly, since ElementTree's parser does not
let one refuse a declaration.
Source: https://docs.python.org/3/library/xml.html#xml-security
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from windsock.kernel.errors import SerializationError

_MAX_DEPTH = 100


@dataclass(slots=True)
class Element:
    """An element: its name without a namespace prefix, attributes as spelled, text and children."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def grouped(self) -> dict[str, list[Element]]:
        """The children by name, in order."""
        groups: dict[str, list[Element]] = {}
        for child in self.children:
            groups.setdefault(child.name, []).append(child)
        return groups


def parse_xml(body: bytes) -> Element:
    """The root of the document; raises SerializationError (`MalformedXML`) if it is not well formed."""
    builder = _Builder()
    try:
        builder.parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise malformed_xml() from error
    if builder.root is None:
        raise malformed_xml()
    return builder.root


def malformed_xml() -> SerializationError:
    """The error of S3 and the other rest-xml services for a body that is no XML or breaks the schema."""
    return SerializationError(
        "The XML you provided was not well-formed or did not validate against our published schema",
        code="MalformedXML",
    )


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _MAX_DEPTH:
            raise malformed_xml()
        element = Element(name.rpartition(":")[2], attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def _end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def _text(self, text: str) -> None:
        self._texts[-1].append(text)

    def _refuse(self, *_declaration: object) -> None:
        raise malformed_xml()
