"""Texts of a policy: plain characters, wildcards and policy variables, told apart once.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_DEFAULT: Final = re.compile(r"(.*?),\s*'(.*)'\s*", re.DOTALL)
_ESCAPES: Final = frozenset("*?$")

ContextValue = str | tuple[str, ...]
"""The values of a context key: one, or those of a key that can have several."""
Context = Mapping[str, ContextValue]
"""The request's context, by key in lower case."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that stand for themselves, `*` and `?` among them."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`${key}` or `${key, 'default'}`; `key` in lower case."""

    key: str
    default: str | None
    name: str
    """The key as the policy spells it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in which a `str` part may hold the wildcards `*` and `?` and a Literal may not."""

    parts: tuple[str | Literal, ...]

    @property
    def plain(self) -> str:
        """The text, wildcards as any other character."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def prefix(self) -> str | None:
        """What must stand first when nothing else is asked, None when more is."""
        if len(self.parts) != 1 or not isinstance(self.parts[0], str):
            return None
        text = self.parts[0]
        return text[:-1] if text.endswith("*") and "*" not in text[:-1] and "?" not in text else None

    @property
    def has_wildcards(self) -> bool:
        """Whether it can match more than one text."""
        return any(isinstance(part, str) and ("*" in part or "?" in part) for part in self.parts)

    def regex(self, star: str = ".") -> str:
        """The regular expression of the text; `star` is what its wildcards may stand for.

        What stands between two stars is looked for once, from the left, and kept: going back could not
        help, so a hostile pattern costs no more than its length times that of the text.
        """
        runs = [""]
        for part in self.parts:
            if isinstance(part, Literal):
                runs[-1] += re.escape(part.text)
                continue
            first, *rest = part.split("*")
            runs[-1] += _one_each(first, star)
            runs += [_one_each(run, star) for run in rest]
        if len(runs) == 1:
            return runs[0]
        middle = "".join(f"(?>{star}*?{run})" for run in runs[1:-1] if run)
        return f"{runs[0]}{middle}{star}*{runs[-1]}"


@dataclass(frozen=True, slots=True)
class Template:
    """A text with variables, to be resolved for each request."""

    parts: tuple[str | Literal | Variable, ...]

    def resolve(self, context: Context) -> Text | None:
        """The text for a request; None when a variable has neither a value nor a default.

        A key with several values cannot be a variable.
        """
        resolved: list[str | Literal] = []
        for part in self.parts:
            if isinstance(part, Variable):
                value = context.get(part.key, part.default)
                if not isinstance(value, str):
                    return None
                part = Literal(value)
            resolved.append(part)
        return Text(tuple(resolved))

    @property
    def keys(self) -> frozenset[str]:
        """The keys its variables name."""
        return frozenset(part.name for part in self.parts if isinstance(part, Variable))


@functools.lru_cache(maxsize=4096)
def read_text(text: str, *, variables: bool) -> Text | Template:
    """A text of a policy. Without `variables` (policies of version 2008-10-17) `${...}` is plain text."""
    if not variables or "${" not in text:
        return Text((text,))
    parts: list[str | Literal | Variable] = []
    position = 0
    for found in _VARIABLE.finditer(text):
        parts += [text[position : found.start()], _variable(found[1])]
        position = found.end()
    parts.append(text[position:])
    kept = tuple(part for part in parts if part != "")
    fixed = tuple(part for part in kept if not isinstance(part, Variable))
    return Text(fixed) if len(fixed) == len(kept) else Template(kept)


def _variable(inside: str) -> Literal | Variable:
    if inside in _ESCAPES:
        return Literal(inside)
    with_default = _DEFAULT.fullmatch(inside)
    name, default = (with_default[1], with_default[2]) if with_default else (inside, None)
    return Variable(name.strip().lower(), default, name.strip())


def _one_each(text: str, star: str) -> str:
    return star.join(re.escape(piece) for piece in text.split("?"))


@functools.lru_cache(maxsize=4096)
def compiled(regex: str) -> re.Pattern[str]:
    """A regular expression, compiled once."""
    return re.compile(regex, re.DOTALL)
