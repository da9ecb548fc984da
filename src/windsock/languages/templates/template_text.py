"""The text of an input template: what is fixed in it, what is filled in, and whether a rule's is sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from windsock.languages.json_tokens import JsonSyntaxError, Kind, Token, compact, read
from windsock.languages.templates.errors import InvalidTemplate


class Placeholder(NamedTuple):
    """`<name>` in a template; `is_quoted` when it stands inside a JSON string."""

    name: str
    is_quoted: bool


Piece = str | Placeholder


class TemplateText(NamedTuple):
    """A sound template. `is_json`: one JSON value, white space removed; else one or more quoted strings."""

    is_json: bool
    pieces: tuple[Piece, ...]


def placeholder_marks(name: str) -> re.Pattern[str]:
    """What `split` goes by: quotes, what is escaped, and placeholders; `name` is a regular expression."""
    return re.compile(rf'\\.|"|<(?P<name>{name})>', re.DOTALL)


def split(template: str, marks: re.Pattern[str]) -> Iterator[Piece]:
    """The pieces of a template, in order."""
    fixed_from = 0
    is_quoted = False
    for mark in marks.finditer(template):
        if mark[0] == '"':
            is_quoted = not is_quoted
        elif mark["name"]:
            if fixed_from < mark.start():
                yield template[fixed_from : mark.start()]
            yield Placeholder(mark["name"], is_quoted)
            fixed_from = mark.end()
    if fixed_from < len(template):
        yield template[fixed_from:]


def check(pieces: Sequence[Piece]) -> TemplateText:
    """Refuse (InvalidTemplate) what is neither JSON nor quoted strings.

    The template is read as JSON once, each placeholder standing for a string, or a part of one.
    """
    fixed = "".join(piece for piece in pieces if isinstance(piece, str))
    stand_ins = _StandIns.absent_from(fixed)
    text = stand_ins.put_into(pieces).strip()
    try:
        tokens = list(read(text))
    except JsonSyntaxError as error:
        raise InvalidTemplate(
            "Invalid InputTemplate", f" : {stand_ins.named(error.message, pieces)}."
        ) from error
    if any(token.kind is Kind.FIELD_NAME and stand_ins.are_in(token.text) for token in tokens):
        raise InvalidTemplate("Invalid InputTemplate", " : a placeholder cannot be used as an object key.")
    roots = _roots(tokens)
    is_json = any(root.kind is not Kind.STRING or stand_ins.bare in root.text for root in roots)
    if not roots or (is_json and len(roots) > 1):
        raise InvalidTemplate("Invalid InputTemplate", " : it must be one JSON value, or quoted strings.")
    text = compact(text, tokens) if is_json else text
    return TemplateText(is_json, tuple(stand_ins.restored(text, pieces)))


def _roots(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that begin a value of the outermost level."""
    roots = []
    depth = 0
    for token in tokens:
        if token.kind in (Kind.END_OBJECT, Kind.END_ARRAY):
            depth -= 1
            continue
        if depth == 0:
            roots.append(token)
        depth += token.kind in (Kind.START_OBJECT, Kind.START_ARRAY)
    return roots


class _StandIns(NamedTuple):
    """Two characters that a template does not have: the numbers of its placeholders stand between them."""

    bare: str
    quoted: str

    @classmethod
    def absent_from(cls, text: str) -> _StandIns:
        free = (mark for mark in map(chr, range(0xE000, 0x10FFFF)) if mark not in text)
        return cls(next(free), next(free))

    def are_in(self, text: str) -> bool:
        return self.bare in text or self.quoted in text

    def put_into(self, pieces: Sequence[Piece]) -> str:
        parts = []
        for index, piece in enumerate(pieces):
            if isinstance(piece, str):
                parts.append(piece)
            elif piece.is_quoted:
                parts.append(f"{self.quoted}{index}{self.quoted}")
            else:
                parts.append(f'"{self.bare}{index}{self.bare}"')
        return "".join(parts)

    def restored(self, text: str, pieces: Sequence[Piece]) -> Iterator[Piece]:
        """The pieces again, the placeholders as they were, the fixed text as it is now."""
        fixed_from = 0
        for mark in re.finditer(f'"{self.bare}(\\d+){self.bare}"|{self.quoted}(\\d+){self.quoted}', text):
            if fixed_from < mark.start():
                yield text[fixed_from : mark.start()]
            yield pieces[int(mark[1] or mark[2])]
            fixed_from = mark.end()
        if fixed_from < len(text):
            yield text[fixed_from:]

    def named(self, message: str, pieces: Sequence[Piece]) -> str:
        """An error's text, with no mark left in it."""
        restored = self.restored(message, pieces)
        text = "".join(piece if isinstance(piece, str) else f"<{piece.name}>" for piece in restored)
        return text.replace(self.bare, "<").replace(self.quoted, "<")
