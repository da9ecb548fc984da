"""What must be looked up to decide on a call: how a resource is, which roles lie behind a name.

Said by the access data too. A `ResourceLook` is asked of a resource whose ARN ends as its `of` says (a
regular expression; its named groups, `{arn}`, `{here}`, which is what its ARN begins with, and `{path}`, that
of a URL, fill the parameters):

- `tagged` are the beginnings of the condition keys that its tags are;
- `keys` are condition keys that the answer tells;
- `arn` is where the answer has the whole ARN of a resource that calls name by the end of it;
- `policy` is where it has the resource's policy.

A `RoleLook` is made for each value of `by`, which fills `{}` (`{name}`: the end of it) of the parameters,
together with the specs of `with`, and not at all when `unless` is given; `roles` are in the answer, each
needs iam:PassRole; or `then` looks on from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.engine.access_specs import Forms, Keys, Spec, keys, named, spec
from windsock.engine.calls import Call
from windsock.engine.tag_parameters import tags_in
from windsock.kernel.arns import Arn

_HOLE: Final = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class ResourceLook:
    """An operation that tells how a resource is."""

    operation: str
    params: Mapping[str, Any]
    of: re.Pattern[str]
    tagged: tuple[str, ...]
    keys: Keys
    arn: Spec | None
    policy: Spec | None

    def params_of(self, arn: Arn) -> dict[str, Any] | None:
        """The parameters that ask for the resource with an ARN; None for one that it does not tell of."""
        found = self.of.fullmatch(arn.resource)
        if found is None:
            return None
        whole = str(arn)
        here, path = whole.removesuffix(arn.resource), f"/{arn.account}/{arn.resource}"
        holes = {"arn": whole, "here": here, "path": path}
        filled: dict[str, Any] = _filled(self.params, {**holes, **found.groupdict()})
        return filled

    def tells(self, asked: frozenset[str]) -> bool:
        """Whether one of the condition keys (in lower case) is told."""
        leads = tuple(f"{lead.lower()}/" for lead in self.tagged)
        own = {key.lower() for key, _ in self.keys.told_by}
        return any(key in own or key.startswith(leads) for key in asked)

    def context(self, answer: Mapping[str, Any], call: Call) -> dict[str, str | tuple[str, ...]]:
        """The condition keys that an answer tells."""
        found = self.keys.context(answer, call)
        if self.tagged:
            for key, value in tags_in(answer):
                found |= {f"{lead}/{key}": value for lead in self.tagged}
        return found


@dataclass(frozen=True, slots=True)
class RoleLook:
    """An operation that tells which roles a call passes."""

    service: str
    operation: str
    params: Mapping[str, Any]
    by: Spec
    unless: Spec | None
    beside: Mapping[str, Spec]
    roles: Spec | None
    then: RoleLook | None

    def asked(self, params: Mapping[str, Any], call: Call) -> list[dict[str, Any]]:
        """The parameters of each call to make for one with these."""
        if self.unless is not None and self.unless.is_given(params, call):
            return []
        beside = {
            name: values[0] for name, each in self.beside.items() if (values := each.values(params, call))
        }
        return [
            _filled(self.params, {"": value, "name": named(value)[1], **beside})
            for value in dict.fromkeys(self.by.values(params, call))
        ]


def resource_look(forms: Forms, data: Mapping[str, Any]) -> ResourceLook:
    """A look of the data."""
    return ResourceLook(
        operation=data["operation"],
        params=data["params"],
        of=re.compile(data.get("of", "[^*]+")),
        tagged=tuple(data.get("tagged", ())),
        keys=keys(forms, data.get("keys", {})),
        arn=spec(data["arn"]) if "arn" in data else None,
        policy=spec(data["policy"]) if "policy" in data else None,
    )


def role_look(data: Mapping[str, Any]) -> RoleLook:
    """A look of the data."""
    return RoleLook(
        service=data["service"],
        operation=data["operation"],
        params=data["params"],
        by=spec(data["by"]),
        unless=spec(data["unless"]) if "unless" in data else None,
        beside={name: spec(each) for name, each in data.get("with", {}).items()},
        roles=spec(data["roles"]) if "roles" in data else None,
        then=role_look(data["then"]) if "then" in data else None,
    )


def _filled(template: Any, holes: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        return _HOLE.sub(lambda hole: holes[hole[1]], template)
    if isinstance(template, list):
        return [_filled(each, holes) for each in template]
    return {name: _filled(each, holes) for name, each in template.items()}
