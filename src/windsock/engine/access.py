"""What a call needs: which IAM actions, on which resources, under which condition keys.

It is said by data, one file a service in `access_data/` (`scripts/generate_access_data.py` writes them):

- `prefix` is the service's in actions; an operation that is not listed needs `prefix:Operation` on `*`.
- `operations` has a list of entries for each; an empty list needs nothing. `action` is given where it is not
  the operation's name. `on` are the resources: a name of `resources` and the parameter for each `{}` of that
  ARN, null for what no parameter tells. `keys` are condition keys that are parameters. `passes` are the
  parameters that hold roles, each of which needs iam:PassRole for the service `passed_to`. An entry with
  `when` counts when that parameter is given and not false, one with `unless` when it is not. `tagged` leads
  the keys of the tags that are asked for, instead of `aws:RequestTag`.
- `tags` is the operation that lists the tags of a resource, its parameter for the resource's ARN or URL, and,
  where ARNs go on below what has tags, the text from which on that is left out.
- `kinds` tells `{kind}` of an ARN from the beginning of an id (`i-...`: instance).

A parameter is a path: `Targets[].RoleArn` (of each element), `RequestItems{}` (the keys of a map); `A|B` is
the first of them that is given. `=x` behind it is what it is when left out (`@caller`: the caller), `~x`
leaves it and the `/` behind it out when it is `x` or not given, `:` in front puts that before it or leaves it
out when it is not given, `^` takes off a `/` in front and a query.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import orjson

from windsock.engine.calls import Call
from windsock.engine.tag_parameters import REQUEST_TAG, tag_context
from windsock.kernel.arns import parse_arn
from windsock.kernel.limits import RESOURCES_AUTHORISED
from windsock.kernel.scope import Scope

_DIRECTORY: Final = resources.files("windsock.engine").joinpath("access_data")

_ANY: Final = "*"
_CALLER: Final = "@caller"
_NOT_GIVEN: Final[tuple[list[str], ...]] = ([], ["false"])
_SPEC: Final = re.compile(r"(:)?([^=~^]*)(?:=(.*?)|~(.*?))?(\^)?")
_KIND: Final = re.compile(r"([a-z]+)-")


@dataclass(frozen=True, slots=True)
class Need:
    """One action on one resource (`*` where it has none), with the condition keys that the call gives."""

    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]]


def needs_of(call: Call) -> list[Need]:
    """What a call needs to be allowed, all of it; nothing for an operation that needs no permission.

    Of an operation with several actions those count that the call gives a resource.
    """
    access = _access(call.service)
    entries = access.operations.get(call.operation)
    if entries is None:
        entries = (_Entry(action=f"{access.prefix}:{call.operation}"),)
    found: list[Need] = []
    for entry in entries:
        if not entry.counts(call.params):
            continue
        context = tag_context(call.params, entry.tagged) | entry.context(call.params)
        named = _resources(entry, access, call)
        if not named and len(entries) == 1:
            named = [_whole(entry.on[0][0], access, call) if entry.on else _ANY]
        found += [Need(entry.action, resource, context) for resource in named]
        passed: dict[str, str | tuple[str, ...]] = {"iam:PassedToService": access.passed_to}
        roles = itertools.chain.from_iterable(each.values(call.params) for each in entry.passes)
        found += [Need("iam:PassRole", role, passed) for role in dict.fromkeys(roles)]
    return found


@dataclass(frozen=True, slots=True)
class TagListing:
    """How a service is asked for the tags of a resource: by its ARN, or (`by_url`) the path of its URL.

    What has tags is named by the part of an ARN before `below`, if it is there.
    """

    prefix: str
    operation: str
    parameter: str
    below: str | None = None

    @property
    def by_url(self) -> bool:
        """Whether the parameter is a URL."""
        return self.parameter.endswith("Url")


def tag_listing(service: str) -> TagListing | None:
    """How a service is asked for tags; None for one that has no such operation."""
    access = _access(service)
    return None if access.tags is None else TagListing(access.prefix, *access.tags)


@dataclass(frozen=True, slots=True)
class _Spec:
    """A parameter of the data: where it is, and what is done to it."""

    paths: tuple[tuple[str, ...], ...]
    default: str | None
    left_out: str | None
    bare: bool
    after_colon: bool

    def values(self, params: Mapping[str, Any]) -> list[str]:
        """What the parameter holds, as texts; empty when it is not given."""
        for path in self.paths:
            value = params.get(path[0])
            if len(path) == 1 and isinstance(value, str):
                return [_bare(value)] if self.bare else [value]
            found = list(_scalars(params, path, self.default))
            if found:
                return list(map(_bare, found)) if self.bare else found
        return []

    def fillings(self, call: Call) -> list[str]:
        """What goes into the ARN; empty when nothing tells."""
        values = self.values(call.params)
        if self.after_colon:
            return [f":{value}" for value in values] or [""]
        if self.left_out is not None:
            return [f"{value}/" for value in values if value != self.left_out] or [""]
        return [call.caller.principal if value == _CALLER else value for value in values]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One action of an operation, compiled."""

    action: str
    on: tuple[tuple[str, tuple[_Spec | None, ...]], ...] = ()
    keys: tuple[tuple[str, _Spec], ...] = ()
    passes: tuple[_Spec, ...] = ()
    when: _Spec | None = None
    unless: _Spec | None = None
    tagged: str = REQUEST_TAG

    def counts(self, params: Mapping[str, Any]) -> bool:
        """Whether a call with these parameters needs it."""
        if self.when is not None and self.when.values(params) in _NOT_GIVEN:
            return False
        return self.unless is None or self.unless.values(params) in _NOT_GIVEN

    def context(self, params: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
        """The condition keys that are parameters of the call."""
        found: dict[str, str | tuple[str, ...]] = {}
        for key, spec in self.keys:
            values = spec.values(params)
            if values:
                found[key] = values[0] if len(values) == 1 else tuple(values)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Access:
    """A service's file."""

    prefix: str
    passed_to: str
    kinds: Mapping[str, str]
    tags: tuple[str, ...] | None
    operations: Mapping[str, tuple[_Entry, ...]]


@functools.cache
def _access(service: str) -> _Access:
    file = _DIRECTORY.joinpath(f"{service}.json")
    data: dict[str, Any] = {"prefix": service, "operations": {}}
    if file.is_file():
        data = orjson.loads(file.read_bytes())
    arns = data.get("resources", {})
    prefix: str = data["prefix"]
    operations = {
        name: tuple(_entry(each, arns, f"{prefix}:{name}") for each in entries)
        for name, entries in data["operations"].items()
    }
    passed_to = data.get("passed_to", f"{prefix}.amazonaws.com")
    tags = tuple(data["tags"]) if "tags" in data else None
    return _Access(prefix, passed_to, data.get("kinds", {}), tags, operations)


def _entry(data: Mapping[str, Any], arns: Mapping[str, str], action: str) -> _Entry:
    return _Entry(
        action=data.get("action", action),
        on=tuple(
            (arns.get(name, name), tuple(None if each is None else _spec(each) for each in parameters))
            for name, *parameters in data.get("on", ())
        ),
        keys=tuple((key, _spec(each)) for key, each in data.get("keys", {}).items()),
        passes=tuple(map(_spec, data.get("passes", ()))),
        when=_spec(data["when"]) if "when" in data else None,
        unless=_spec(data["unless"]) if "unless" in data else None,
        tagged=data.get("tagged", REQUEST_TAG),
    )


@functools.cache
def _spec(text: str) -> _Spec:
    colon, path, default, left_out, bare = _SPEC.fullmatch(text).groups()  # type: ignore[union-attr]
    paths = (tuple(re.findall(r"[^.\[\]{}]+|\[\]|\{\}", each)) for each in path.split("|"))
    return _Spec(tuple(paths), default, left_out, bool(bare), bool(colon))


def _scalars(value: Any, path: Sequence[str], default: str | None) -> Iterator[str]:
    """The texts that a path leads to, the default where a structure has no such member."""
    if not path:
        if isinstance(value, bool):
            yield "true" if value else "false"
        elif isinstance(value, str | int | float):
            yield str(value)
        return
    step, rest = path[0], path[1:]
    if step == "[]" and isinstance(value, list | tuple):
        for each in value:
            yield from _scalars(each, rest, default)
    elif step == "{}" and isinstance(value, Mapping):
        for name in value:
            yield from _scalars(name, rest, default)
    elif isinstance(value, Mapping) and step in value:
        yield from _scalars(value[step], rest, default)
    elif isinstance(value, Mapping) and default is not None:
        yield default


def _bare(value: str) -> str:
    return unquote(value.removeprefix("/").partition("?")[0])


def _resources(entry: _Entry, access: _Access, call: Call) -> list[str]:
    """The resources an action is needed on; empty when the call names none.

    A resource whose own parameter is left out is not asked for.
    """
    filled = (resource for template, specs in entry.on for resource in _filled(template, specs, access, call))
    return list(dict.fromkeys(filled))


def _filled(template: str, specs: Sequence[_Spec | None], access: _Access, call: Call) -> Iterator[str]:
    """A template with each combination of its parameters' values; nothing when the last is not given.

    More of them than the limit are asked for as all there are.
    """
    fillings = [[_ANY] if spec is None else spec.fillings(call) for spec in specs]
    if specs and not fillings[-1]:
        return
    fillings = [each or [_ANY] for each in fillings]
    if math.prod(map(len, fillings)) > RESOURCES_AUTHORISED:
        yield _whole(template, access, call)
        return
    for values in itertools.product(*fillings):
        given = [value for value, spec in zip(values, specs, strict=True) if spec is not None and value]
        if given and given[-1].startswith("arn:"):
            yield given[-1]
        else:
            yield _arn(template, values, access, call.scope)


def _whole(template: str, access: _Access, call: Call) -> str:
    """All resources of a template."""
    return _arn(template, (_ANY,) * template.count("{}"), access, call.scope)


@functools.lru_cache(maxsize=4096)
def _arn(template: str, values: tuple[str, ...], access: _Access, scope: Scope) -> str:
    """The ARN of a template with a value for each hole."""
    account, names = scope.account, []
    for value in values:
        owner, name = _named(value)
        account = owner or account
        names.append(name)
    kind = _KIND.match(names[-1]) if names else None
    located = (
        template.replace("{partition}", scope.partition)
        .replace("{region}", scope.region)
        .replace("{account}", account)
        .replace("{kind}", access.kinds.get(kind[1], _ANY) if kind else _ANY)
    )
    pieces = located.split("{}")
    return "".join(itertools.chain.from_iterable(itertools.zip_longest(pieces, names, fillvalue="")))


def _named(value: str) -> tuple[str, str]:
    """The account (empty when it does not say) and the name that a parameter's value means.

    That is the value itself, the end of an ARN, or the end of a queue's URL.
    """
    arn = parse_arn(value)
    if arn is not None:
        return arn.account, re.split("[:/]", arn.resource)[-1]
    if value.startswith(("http://", "https://")) or (value.startswith("/") and value.count("/") == 2):
        account, _, name = urlsplit(value).path.rpartition("/")
        owner = account.rpartition("/")[2]
        return (owner, name) if owner.isdigit() and len(owner) == 12 else ("", value)
    return "", value
