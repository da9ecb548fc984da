"""Templates by themselves: of a stack as it was given, checked, told in short.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from windsock.engine.operations import Context, Params, Query, Result, query, waiting
from windsock.kernel.arns import parse_arn
from windsock.languages.stacks import Template, TemplateError, read_template, template_of
from windsock.languages.stacks.template import text_of
from windsock.services.cloudformation.capabilities import AUTO_EXPAND, needed_capabilities
from windsock.services.cloudformation.change_sets import found_change_set
from windsock.services.cloudformation.errors import Invalid, no_stack_with_id
from windsock.services.cloudformation.preparing import check_template
from windsock.services.cloudformation.schemas import schema
from windsock.services.cloudformation.stack import Settings, find_stack
from windsock.services.cloudformation.template_sources import template_text
from windsock.services.cloudformation.transforming import is_rewritten

_CONSTRAINTS = (
    "AllowedValues",
    "AllowedPattern",
    "ConstraintDescription",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
)


@query("GetTemplate")
def get_template(ctx: Query, params: Params) -> Result:
    """The template of a stack or of a change set, as it was given or as the transforms made it."""
    settings = _settings(ctx, params)
    text = settings.template
    if params.get("TemplateStage") == "Processed" and is_rewritten(read_template(text)):
        text = orjson.dumps(settings.body).decode()
    return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}


def _settings(ctx: Query, params: Params) -> Settings:
    name = params.get("ChangeSetName")
    if name is not None:
        if "StackName" not in params and parse_arn(name) is None:
            raise Invalid("StackName is a required parameter.")
        row, _ = found_change_set(ctx.tx, ctx.scope, params)
        return Settings(**orjson.loads(row.settings))
    if "StackName" not in params:
        raise Invalid("StackName is required if ChangeSetName is not specified.")
    stack = find_stack(ctx.tx, ctx.scope, params["StackName"])
    if stack is None:
        raise no_stack_with_id(params["StackName"])
    return stack.settings


@waiting("ValidateTemplate")
async def validate_template(ctx: Context, params: Params) -> Result:
    """What a template asks for. Raises Invalid for one of which no stack could be made."""
    template = await _given(ctx, params)
    if not is_rewritten(template):
        try:
            check_template(template)
        except TemplateError as error:
            raise Invalid(str(error)) from error
    shown = ("ParameterKey", "DefaultValue", "NoEcho", "Description")
    return {
        "Parameters": [
            {name: each[name] for name in shown if name in each} for each in _parameters(template)
        ],
        **_described(template),
        **_capabilities(template),
        **_transforms(template),
    }


@waiting("GetTemplateSummary")
async def get_template_summary(ctx: Context, params: Params) -> Result:
    """What a template, or that of a stack, asks for and has."""
    template = await _given(ctx, params)
    body = template.body
    return {
        "Parameters": _parameters(template),
        **_described(template),
        "ResourceTypes": [each.type for each in template.resources.values()],
        "Version": template.body.get("AWSTemplateFormatVersion", "2010-09-09"),
        **({"Metadata": orjson.dumps(body["Metadata"]).decode()} if "Metadata" in body else {}),
        "ResourceIdentifierSummaries": _identifiers(template),
        **_capabilities(template),
        **_transforms(template),
    }


async def _given(ctx: Context, params: Mapping[str, Any]) -> Template:
    text = await template_text(ctx, params)
    try:
        if text is not None:
            return read_template(text)
    except TemplateError as error:
        raise Invalid(str(error)) from error
    name = params.get("StackName")
    if name is None:
        raise Invalid("Either Template URL or Template Body must be specified.")
    stack = ctx.engine.store.read(lambda tx: find_stack(tx, ctx.scope, name))
    if stack is None:
        raise no_stack_with_id(name)
    if stack.status == "REVIEW_IN_PROGRESS":
        raise Invalid("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
    return template_of(stack.settings.body)


def _described(template: Template) -> dict[str, str]:
    return {} if template.description is None else {"Description": template.description}


def _identifiers(template: Template) -> list[dict[str, Any]]:
    """By which properties resources of each type are known, where the type says so."""
    found: dict[str, list[str]] = {}
    for resource in template.resources.values():
        found.setdefault(resource.type, []).append(resource.logical_id)
    return [
        {"ResourceType": kind, "LogicalResourceIds": names, "ResourceIdentifiers": list(known.identifier)}
        for kind, names in found.items()
        if (known := schema(kind)) is not None and known.identifier
    ]


def _parameters(template: Template) -> list[dict[str, Any]]:
    found = []
    for parameter in template.parameters.values():
        declared = parameter.declared
        shown: dict[str, Any] = {
            "ParameterKey": parameter.name,
            "ParameterType": parameter.type,
            "NoEcho": parameter.no_echo,
        }
        if parameter.default is not None:
            shown["DefaultValue"] = parameter.default
        if "Description" in declared:
            shown["Description"] = declared["Description"]
        constraints = {name: declared[name] for name in _CONSTRAINTS if name in declared}
        shown["ParameterConstraints"] = {
            name: [text_of(each) for each in value] if isinstance(value, list) else text_of(value)
            for name, value in constraints.items()
        }
        found.append(shown)
    return found


def _capabilities(template: Template) -> dict[str, Any]:
    needed, types = needed_capabilities(template)
    reasons = [f"The following resource(s) require capabilities: [{', '.join(types)}]"] if needed else []
    if is_rewritten(template):
        needed = [*needed, AUTO_EXPAND]
        reasons.append("The template contains transforms")
    if not needed:
        return {}
    return {"Capabilities": needed, "CapabilitiesReason": " ".join(reasons)}


def _transforms(template: Template) -> dict[str, Any]:
    names = [each["Name"] if isinstance(each, dict) else each for each in template.transforms]
    return {"DeclaredTransforms": names} if names else {}
