"""What is asked: an action on a resource by somebody, and all that is known around it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/intro-structure.html#intro-structure-request
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from windsock.languages.policies.principals import Principal
from windsock.languages.policies.texts import Context, ContextValue


@dataclass(frozen=True)
class Request:
    """`action` is such as `sqs:SendMessage`; `resource` an ARN, or `*` where the action has none.

    `context` holds condition keys in any case; a value is a text, or several for a key that can have several.
    What says who asks (`aws:PrincipalArn`, `aws:username` ...) comes from `principal` unless it is given.
    `resource_account` owns the resource: that of its ARN unless given, else (for what AWS owns, too) the
    principal's.
    """

    principal: Principal
    action: str
    resource: str = "*"
    context: Mapping[str, str | Iterable[str]] = field(default_factory=dict)
    resource_account: str = ""

    @functools.cached_property
    def folded_action(self) -> str:
        """The action in lower case."""
        return self.action.lower()

    @functools.cached_property
    def owner(self) -> str:
        """The account that owns the resource."""
        if self.resource_account:
            return self.resource_account
        parts = self.resource.split(":", 5)
        return parts[4] if len(parts) == 6 and parts[4].isdigit() else self.principal.account

    @functools.cached_property
    def keys(self) -> Context:
        """The whole context, by key in lower case."""
        keys: dict[str, ContextValue] = {"aws:resourceaccount": self.owner} if self.owner else {}
        keys |= self.principal.context
        for key, value in self.context.items():
            keys[key.lower()] = value if isinstance(value, str) else tuple(value)
        return keys
