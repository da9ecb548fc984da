"""The words of the access data: what of a call's parameters, or of an answer, is meant, and ARNs made of it.

A *spec* is a path: `Targets[].RoleArn` (of each element), `RequestItems{}` (the keys of a map),
`EventPattern<>.source[]` (in the JSON of a text); `A|B` is the first of them that is given. `=x` behind it is
what it is when left out (`@caller`: the caller; `@region`, `@account`: those that are called), alone it is a
constant. `~x` leaves it and the `/` behind it out when it is `x` or not given, `:` in front puts that before
it or leaves it out when it is not given, `^` takes off a `/` in front and a query.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import orjson

from windsock.engine.calls import Call
from windsock.kernel.arns import parse_arn
from windsock.kernel.limits import RESOURCES_AUTHORISED
from windsock.kernel.scope import Scope

ANY: Final = "*"

_NOT_GIVEN: Final[tuple[list[str], ...]] = ([], ["false"])
_SPEC: Final = re.compile(r"(:)?([^=~^]*)(?:=(.*?)|~(.*?))?(\^)?")
_STEP: Final = re.compile(r"[^.\[\]{}<>]+|\[\]|\{\}|<>")
_KIND: Final = re.compile(r"([a-z]+)-")


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec, compiled by `spec`."""

    paths: tuple[tuple[str, ...], ...]
    default: str | None
    left_out: str | None
    bare: bool
    after_colon: bool

    def values(self, params: Mapping[str, Any], call: Call) -> list[str]:
        """What is meant of parameters or an answer, as texts; empty when it is not given."""
        default = None if self.default is None else _called(self.default, call)
        for path in self.paths:
            value = params.get(path[0])
            if len(path) == 1 and isinstance(value, str):
                return [_bare(value)] if self.bare else [value]
            found = list(_scalars(params, path, default if path is self.paths[-1] else None))
            if found:
                return list(map(_bare, found)) if self.bare else found
        return [] if self.paths or default is None else [default]

    def is_given(self, params: Mapping[str, Any], call: Call) -> bool:
        """Whether it is given, and is not false."""
        return self.values(params, call) not in _NOT_GIVEN

    def fillings(self, params: Mapping[str, Any], call: Call) -> list[str]:
        """What goes into an ARN; empty when nothing tells."""
        values = self.values(params, call)
        if self.after_colon:
            return [f":{value}" for value in values] or [""]
        if self.left_out is not None:
            return [f"{value}/" for value in values if value != self.left_out] or [""]
        return values


@functools.cache
def spec(text: str) -> Spec:
    """A spec, compiled."""
    colon, path, default, left_out, bare = _SPEC.fullmatch(text).groups()  # type: ignore[union-attr]
    paths = tuple(tuple(_STEP.findall(each)) for each in path.split("|") if each)
    return Spec(paths, default, left_out, bool(bare), bool(colon))


def _called(default: str, call: Call) -> str:
    if default == "@caller":
        return call.caller.principal
    if default == "@region":
        return call.scope.region
    return call.scope.account if default == "@account" else default


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
    elif step == "<>" and isinstance(value, str):
        yield from _scalars(_json(value), rest, default)
    elif isinstance(value, Mapping) and step in value:
        yield from _scalars(value[step], rest, default)
    elif isinstance(value, Mapping) and default is not None:
        yield default


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None  # the operation says so


def _bare(value: str) -> str:
    return unquote(value.removeprefix("/").partition("?")[0])


@dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """How a service's ARNs are made: its `resources`, the `kinds` that beginnings of ids mean, and those of
    `accountless` kinds, whose ARNs name no account."""

    resources: Mapping[str, str]
    kinds: Mapping[str, str]
    accountless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """Resources that an action is needed on, or that a condition key names: a template and what fills it."""

    forms: Forms
    template: str
    specs: tuple[Spec | None, ...]

    def arns(self, params: Mapping[str, Any], call: Call) -> Iterator[str]:
        """The template with each combination of values; nothing when the last is not given.

        More of them than the limit are asked for as all there are.
        """
        fillings = [[ANY] if each is None else each.fillings(params, call) for each in self.specs]
        if self.specs and not fillings[-1]:
            return
        fillings = [each or [ANY] for each in fillings]
        if math.prod(map(len, fillings)) > RESOURCES_AUTHORISED:
            yield self.whole(call)
            return
        for values in itertools.product(*fillings):
            given = [value for value, each in zip(values, self.specs, strict=True) if each and value]
            if given and given[-1].startswith("arn:"):
                yield given[-1]
            else:
                yield _arn(self.template, values, self.forms, call.scope)

    def whole(self, call: Call) -> str:
        """All resources of the template."""
        return _arn(self.template, (ANY,) * self.template.count("{}"), self.forms, call.scope)


def resource(forms: Forms, name: str, *specs: str | None) -> Resource:
    """A resource of the data: a name of `resources`, or a template, and a spec for each of its holes."""
    compiled = tuple(None if each is None else spec(each) for each in specs)
    return Resource(forms, forms.resources.get(name, name), compiled)


@functools.lru_cache(maxsize=4096)
def _arn(template: str, values: tuple[str, ...], forms: Forms, scope: Scope) -> str:
    """The ARN of a template with a value for each hole."""
    account, names = scope.account, []
    for value in values:
        owner, name = named(value)
        account = owner or account
        names.append(name)
    kind = _KIND.match(names[-1]) if names else None
    located = (
        template.replace("{partition}", scope.partition)
        .replace("{region}", scope.region)
        .replace("{account}", account)
        .replace("{kind}", forms.kinds.get(kind[1], ANY) if kind else ANY)
    )
    pieces = located.split("{}")
    arn = "".join(itertools.chain.from_iterable(itertools.zip_longest(pieces, names, fillvalue="")))
    if not forms.accountless:
        return arn
    *front, _, rest = arn.split(":", 5)
    is_accountless = rest.partition("/")[0] in forms.accountless
    return ":".join((*front, "", rest)) if is_accountless else arn


def named(value: str) -> tuple[str, str]:
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


@dataclass(frozen=True, slots=True)
class Keys:
    """Condition keys, each with what tells its values: a spec, or a resource whose ARN it is."""

    told_by: tuple[tuple[str, Spec | Resource], ...]

    def context(self, params: Mapping[str, Any], call: Call) -> dict[str, str | tuple[str, ...]]:
        """Those that parameters, or an answer, tell."""
        found: dict[str, str | tuple[str, ...]] = {}
        for key, told_by in self.told_by:
            values = (
                told_by.values(params, call)
                if isinstance(told_by, Spec)
                else list(dict.fromkeys(told_by.arns(params, call)))
            )
            if values:
                found[key] = values[0] if len(values) == 1 else tuple(values)
        return found


NO_KEYS: Final = Keys(())


def keys(forms: Forms, data: Mapping[str, Any]) -> Keys:
    """The keys of the data: by a spec, or a list as a resource has it."""
    return Keys(
        tuple(
            (key, spec(each) if isinstance(each, str) else resource(forms, *each))
            for key, each in data.items()
        )
    )
