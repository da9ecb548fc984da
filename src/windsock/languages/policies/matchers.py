"""Sets of patterns compiled to one fast question: is any of them that text?

Actions do not mind upper and lower case, resources do.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from windsock.languages.policies.request import Request
from windsock.languages.policies.texts import Template, Text, compiled, read_text

Question = Callable[[str], bool]


def any_of(texts: Iterable[Text]) -> Question:
    """Whether a text is one of those, wildcards considered."""
    exact: set[str] = set()
    prefixes: list[str] = []
    regexes: list[str] = []
    for text in texts:
        prefix = text.prefix
        if not text.has_wildcards:
            exact.add(text.plain)
        elif prefix is not None:
            prefixes.append(prefix)
        else:
            regexes.append(text.regex())
    if "" in prefixes:
        return lambda _: True
    starts = tuple(prefixes)
    matches = compiled("|".join(regexes)).fullmatch if regexes else None
    return lambda asked: (
        asked in exact or asked.startswith(starts) or (matches is not None and matches(asked) is not None)
    )


def action_question(patterns: Iterable[str]) -> Question:
    """Whether an action, in lower case, is one of the patterns."""
    return any_of(Text((pattern.lower(),)) for pattern in patterns)


class Resources:
    """The resources of a statement, variables resolved for each request."""

    __slots__ = ("_asked", "_templates", "keys")

    def __init__(self, patterns: Iterable[str], *, variables: bool) -> None:
        texts: list[Text] = []
        self._templates: list[Template] = []
        for pattern in patterns:
            read = read_text(pattern, variables=variables)
            if isinstance(read, Text):
                texts.append(read)
            else:
                self._templates.append(read)
        self._asked = any_of(texts)
        self.keys = frozenset[str]().union(*(template.keys for template in self._templates))

    def include(self, request: Request) -> bool:
        """Whether the resource is among them. A variable without a value matches nothing."""
        if self._asked(request.resource):
            return True
        texts = (template.resolve(request.keys) for template in self._templates)
        return any(text is not None and compiled(text.regex()).fullmatch(request.resource) for text in texts)

    def exclude(self, request: Request) -> bool:
        """Whether the resource is none of them: what NotResource asks.

        Attempts to match a variable without a value fail, this one too.
        """
        if self._asked(request.resource):
            return False
        texts = (template.resolve(request.keys) for template in self._templates)
        return all(
            text is not None and not compiled(text.regex()).fullmatch(request.resource) for text in texts
        )
