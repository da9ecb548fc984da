"""XML of strangers: parsed without document types, entities and network, and looked through by tag."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from lxml import etree

from windsock.languages.saml.errors import SamlError

Element: TypeAlias = Any

_ASSERTION: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_PROTOCOL: Final = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_METADATA: Final = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}"

_PREFIXES: Final = {"saml": _ASSERTION, "samlp": _PROTOCOL, "md": _METADATA, "ds": _SIGNATURE}


def parse(document: bytes) -> Element:
    """The root of a document. Raises SamlError for one that is not XML or brings a document type."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SamlError(f"not XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise SamlError("document types are not allowed")
    return root


def tag(name: str) -> str:
    """A tag by its customary prefix: `saml:Assertion`."""
    prefix, _, local = name.partition(":")
    return f"{_PREFIXES[prefix]}{local}"


def children(element: Element, *path: str) -> list[Element]:
    """The elements that tags lead to, one below the other."""
    found = [element]
    for name in path:
        found = [child for each in found for child in each.iterchildren(tag(name))]
    return found


def child(element: Element, *path: str) -> Element | None:
    """The one element that tags lead to, or None. Raises SamlError for several."""
    found = children(element, *path)
    if len(found) > 1:
        raise SamlError(f"more than one {path[-1]}")
    return found[0] if found else None


def text_of(element: Element | None) -> str:
    """All text of an element, as comments may split it, without the space around it."""
    return "" if element is None else "".join(element.itertext(with_tail=True)).strip()


def instant_ms(text: str | None) -> int | None:
    """An instant (`2013-11-05T02:06:42.876Z`) in milliseconds; None for none. Raises SamlError."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SamlError(f"{text} is no instant") from error
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
