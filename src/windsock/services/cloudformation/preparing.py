"""From a request to what a stack is deployed with: template, transforms, parameters, all checked.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from windsock.engine.operations import Context
from windsock.kernel.errors import AwsError
from windsock.languages.stacks import (
    Template,
    TemplateError,
    attributes_in,
    check_references,
    given_texts,
    read_template,
    stored_parameters,
)
from windsock.services.cloudformation.capabilities import check_capabilities, check_expansion
from windsock.services.cloudformation.errors import Invalid
from windsock.services.cloudformation.evaluating import has_attribute, no_attribute
from windsock.services.cloudformation.known_types import resource_type_of
from windsock.services.cloudformation.limits import (
    MAX_MAPPINGS,
    MAX_OUTPUTS,
    MAX_PARAMETERS,
    MAX_RESOURCES,
)
from windsock.services.cloudformation.stack import Settings
from windsock.services.cloudformation.template_sources import template_text
from windsock.services.cloudformation.transforming import transformed

_COUNTS: Final = (
    ("resources", MAX_RESOURCES),
    ("parameters", MAX_PARAMETERS),
    ("outputs", MAX_OUTPUTS),
    ("mappings", MAX_MAPPINGS),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a request comes to; `template` is that after the transforms."""

    settings: Settings
    template: Template


async def prepare(
    ctx: Context, params: Mapping[str, Any], previous: Settings | None, *, shown_first: bool = False
) -> Prepared:
    """What a stack is to be deployed with, by a request on top of what it has. Raises AwsError.

    `shown_first` is a change set's, which shows what transforms made before anything is done.
    """
    text = await _text(ctx, params, previous)
    capabilities = list(params.get("Capabilities", ()))
    try:
        written = read_template(text)
        texts = _parameters(written, params, previous)
        if not shown_first:
            check_expansion(written, capabilities)
        template = await transformed(ctx, written, texts)
        check_template(template)
    except TemplateError as error:
        raise Invalid(str(error)) from error
    check_capabilities(template, capabilities)
    return Prepared(await _settings(ctx, params, previous, text, template, texts, capabilities), template)


def check_template(template: Template) -> None:
    """Raises TemplateError for a template of which no stack could be made."""
    for name, most in _COUNTS:
        count = len(getattr(template, name))
        if count > most:
            raise TemplateError(
                f"Template format error: Number of {name}, {count}, is greater than maximum allowed, {most}"
            )
    check_references(template)
    types = {each.type for each in template.resources.values()}
    unknown = sorted(kind for kind in types if resource_type_of(kind) is None)
    if unknown:
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    for logical_id, name in attributes_in(template.body):
        if logical_id in template.resources and not has_attribute(template.resources[logical_id].type, name):
            raise no_attribute(logical_id, name)


async def _text(ctx: Context, params: Mapping[str, Any], previous: Settings | None) -> str:
    if params.get("UsePreviousTemplate"):
        if previous is None:
            raise Invalid("UsePreviousTemplate is not valid for a stack that is created.")
        return previous.template
    text = await template_text(ctx, params)
    if text is None:
        raise Invalid("Either Template URL or Template Body must be specified.")
    return text


def _parameters(template: Template, params: Mapping[str, Any], previous: Settings | None) -> dict[str, str]:
    given, keep = {}, set()
    for each in params.get("Parameters", ()):
        name = each["ParameterKey"]
        if each.get("UsePreviousValue"):
            keep.add(name)
        elif "ParameterValue" in each:
            given[name] = each["ParameterValue"]
    if keep and previous is None:
        raise Invalid(
            f"Invalid input for parameter key {min(keep)}. Cannot specify usePreviousValue as true for a "
            "parameter key not in the previous template"
        )
    return given_texts(template, given, previous.parameters if previous else {}, frozenset(keep))


async def _settings(
    ctx: Context,
    params: Mapping[str, Any],
    previous: Settings | None,
    text: str,
    template: Template,
    texts: dict[str, str],
    capabilities: list[str],
) -> Settings:
    before = previous or Settings("", {})
    tags = {each["Key"]: each["Value"] for each in params["Tags"]} if "Tags" in params else before.tags
    return Settings(
        text,
        template.body,
        texts,
        await _resolved(ctx, template, texts),
        tags,
        capabilities,
        params.get("RoleARN", before.role),
        list(params.get("NotificationARNs", before.notification_arns)),
        params.get("TimeoutInMinutes"),
        _on_failure(params),
        params.get("RollbackConfiguration", before.rollback_configuration),
    )


def _on_failure(params: Mapping[str, Any]) -> str:
    if "OnFailure" in params and "DisableRollback" in params:
        raise Invalid("Only one of OnFailure and DisableRollback can be specified.")
    if params.get("DisableRollback"):
        return "DO_NOTHING"
    return str(params.get("OnFailure", params.get("OnStackFailure", "ROLLBACK")))


async def _resolved(ctx: Context, template: Template, texts: Mapping[str, str]) -> dict[str, str]:
    """The values of parameters that are names of parameters of Systems Manager's."""
    names = stored_parameters(template, texts)
    if not names:
        return {}
    found: dict[str, str] = {}
    for parameter, name in names.items():
        try:
            answer = await ctx.engine.call(
                "ssm", "GetParameter", {"Name": name}, caller=ctx.call.caller, scope=ctx.scope
            )
        except AwsError as error:
            raise Invalid(
                f"Parameter validation failed: parameter value for parameter name {parameter} does not exist."
                if error.code == "ParameterNotFound"
                else error.message
            ) from error
        found[parameter] = (answer or {})["Parameter"]["Value"]
    return found
