"""What a call needs: which IAM actions, on which resources, under which condition keys.

It is said by data, one file a service in `access_data/` (`scripts/generate_access_data.py` writes them):

- `prefix` is the service's in actions; an operation that is not listed needs `prefix:Operation` on `*`.
- `operations` has a list of entries for each; an empty list needs nothing. `action` is given where it is not
  the operation's name. `on` are the resources: a name of `resources` and the spec (`access_specs`) for each
  `{}` of that ARN, null for what no parameter tells. `keys` are condition keys that specs tell, or a list as
  of `on` for those that are ARNs. `passes` are the parameters that hold roles, `passes_of` those that roles
  lie behind (`access_looks`); each role needs iam:PassRole for the service `passed_to` (of the entry or the
  file). An entry with `when` counts when that parameter is given and not false, one with `unless` when it is
  not. `tagged` leads the keys of the tags that are asked for, instead of `aws:RequestTag`.
- `keys` are condition keys of all its operations.
- `tags` is the operation that lists the tags of a resource, and its parameter for the resource's ARN or URL;
  `looks` tells what else can be looked up of resources.
- `kinds` tells `{kind}` of an ARN from the beginning of an id (`i-...`: instance); the ARNs of `accountless`
  kinds name no account.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import orjson

from windsock.engine.access_looks import ResourceLook, RoleLook, resource_look, role_look
from windsock.engine.access_specs import ANY, NO_KEYS, Forms, Keys, Resource, Spec, keys, resource, spec
from windsock.engine.calls import Call
from windsock.engine.tag_parameters import REQUEST_TAG, tag_context

_DIRECTORY: Final = resources.files("windsock.engine").joinpath("access_data")


@dataclass(frozen=True, slots=True)
class Need:
    """One action on one resource (`*` where it has none), with the condition keys that the call gives."""

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]]


def needs_of(call: Call) -> list[Need]:
    """What a call needs to be allowed, as far as it tells itself; nothing for one that needs no permission.

    Of an operation with several actions those count that the call gives a resource.
    """
    access = _access(call.service)
    entries = access.entries(call)
    found: list[Need] = []
    for entry in entries:
        named = entry.named(call)
        if not named and len(entries) == 1:
            named = [entry.on[0].whole(call) if entry.on else ANY]
        context = tag_context(call.params, entry.tagged) | access.keys.context(call.params, call)
        context |= entry.keys.context(call.params, call)
        found += [Need(entry.action, each, context) for each in named]
        roles = itertools.chain.from_iterable(each.values(call.params, call) for each in entry.passes)
        found += [access.passing(entry, _role_arn(role, call), named) for role in dict.fromkeys(roles)]
    return found


def _role_arn(role: str, call: Call) -> str:
    """A role, which some services take by its name too."""
    return role if role.startswith("arn:") else call.scope.of_account.arn("iam", f"role/{role.lstrip('/')}")


def role_looks_of(call: Call) -> Iterator[tuple[RoleLook, Callable[[str], Need]]]:
    """What is to be looked up for roles that a call passes without naming them, and what each role needs."""
    access = _access(call.service)
    for entry in access.entries(call):
        for look in entry.passes_of:
            yield look, functools.partial(access.passing, entry, associated=entry.named(call))


def resource_looks_of(service: str) -> Sequence[ResourceLook]:
    """What can be looked up of a service's resources."""
    return _access(service).looks


@dataclass(frozen=True, slots=True)
class _Entry:
    """One action of an operation, compiled."""

    action: str
    on: tuple[Resource, ...] = ()
    keys: Keys = NO_KEYS
    passes: tuple[Spec, ...] = ()
    passes_of: tuple[RoleLook, ...] = ()
    passed_to: str = ""
    when: Spec | None = None
    unless: Spec | None = None
    tagged: str = REQUEST_TAG

    def counts(self, call: Call) -> bool:
        """Whether a call needs it."""
        if self.when is not None and not self.when.is_given(call.params, call):
            return False
        return self.unless is None or not self.unless.is_given(call.params, call)

    def named(self, call: Call) -> list[str]:
        """The resources it is needed on; empty when the call names none.

        A resource whose own parameter is left out is not asked for.
        """
        return list(dict.fromkeys(arn for each in self.on for arn in each.arns(call.params, call)))


@dataclass(frozen=True, slots=True, eq=False)
class _Access:
    """A service's file."""

    prefix: str
    passed_to: str
    keys: Keys
    looks: tuple[ResourceLook, ...]
    operations: Mapping[str, tuple[_Entry, ...]]

    def entries(self, call: Call) -> list[_Entry]:
        """Those that count for a call."""
        entries = self.operations.get(call.operation)
        if entries is None:
            return [_Entry(action=f"{self.prefix}:{call.operation}")]
        return [entry for entry in entries if entry.counts(call)]

    def passing(self, entry: _Entry, role: str, associated: Sequence[str]) -> Need:
        """What it needs to pass a role that will be associated with resources."""
        context: dict[str, str | tuple[str, ...]] = {"iam:PassedToService": entry.passed_to or self.passed_to}
        if associated:
            context["iam:AssociatedResourceArn"] = tuple(associated)
        return Need("iam:PassRole", role, context)


@functools.cache
def _access(service: str) -> _Access:
    file = _DIRECTORY.joinpath(f"{service}.json")
    data: dict[str, Any] = {"prefix": service, "operations": {}}
    if file.is_file():
        data = orjson.loads(file.read_bytes())
    forms = Forms(data.get("resources", {}), data.get("kinds", {}), tuple(data.get("accountless", ())))
    prefix: str = data["prefix"]
    operations = {
        name: tuple(_entry(forms, each, f"{prefix}:{name}") for each in entries)
        for name, entries in data["operations"].items()
    }
    looks = [*_tag_look(data), *data.get("looks", ())]
    return _Access(
        prefix,
        data.get("passed_to", f"{prefix}.amazonaws.com"),
        keys(forms, data.get("keys", {})),
        tuple(resource_look(forms, each) for each in looks),
        operations,
    )


def _tag_look(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if data.get("tags"):
        operation, parameter = data["tags"]
        named = "{path}" if parameter.endswith("Url") else "{arn}"
        tagged = ["aws:ResourceTag", f"{data['prefix']}:ResourceTag"]
        yield {"operation": operation, "params": {parameter: named}, "tagged": tagged}


def _entry(forms: Forms, data: Mapping[str, Any], action: str) -> _Entry:
    return _Entry(
        action=data.get("action", action),
        on=tuple(resource(forms, *each) for each in data.get("on", ())),
        keys=keys(forms, data.get("keys", {})),
        passes=tuple(map(spec, data.get("passes", ()))),
        passes_of=tuple(map(role_look, data.get("passes_of", ()))),
        passed_to=data.get("passed_to", ""),
        when=spec(data["when"]) if "when" in data else None,
        unless=spec(data["unless"]) if "unless" in data else None,
        tagged=data.get("tagged", REQUEST_TAG),
    )
