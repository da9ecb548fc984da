"""AWS::Serverless-2016-10-31: the Serverless Application Model, by AWS's own translator.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Final

from windsock.engine.operations import Context
from windsock.languages.stacks import TemplateError
from windsock.services.cloudformation.transforming import Given, transform

# Where AWS keeps the policies it manages. Templates name them without.
_PATHS: Final = ("", "service-role/", "job-function/", "aws-service-role/")


@transform("AWS::Serverless-2016-10-31")
async def serverless(ctx: Context, body: dict[str, Any], given: Given) -> dict[str, Any]:
    """The template with functions, their roles, rules and permissions in place of serverless resources."""
    policies = dict(_managed_policies(ctx, body))
    region = ctx.scope.region
    return await asyncio.to_thread(_translated, body, given.parameters, policies, region)


def _translated(
    body: dict[str, Any], parameters: Mapping[str, str], policies: dict[str, str], region: str
) -> dict[str, Any]:
    # Loading the translator takes a third of a second, and few templates need it.
    import logging

    import boto3
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of metrics that nobody wants
    session = boto3.Session(
        region_name=region,
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 - it asks for a region only
    )
    translator = Translator(policies, Parser(), boto_session=session)
    template = {name: value for name, value in body.items() if name != "Transform"}
    try:
        translated = translator.translate(template, {**parameters, "AWS::Region": region})
    except InvalidDocumentException as error:
        causes = " ".join(cause.message for cause in error.causes)
        raise TemplateError(
            "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification "
            f"document. Number of errors found: {len(error.causes)}. {causes}"
        ) from error
    return {name: value for name, value in translated.items() if name != "Globals"}


def _managed_policies(ctx: Context, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The ARNs of the policies of AWS's that serverless resources name, by their names."""
    for name in set(_policy_names(body)):
        for path in _PATHS:
            arn = f"arn:{ctx.scope.partition}:iam::aws:policy/{path}{name}"
            if ctx.engine.identities.managed_policy(arn) is not None:
                yield name, arn
                break


def _policy_names(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name == "Policies":
                yield from (
                    text for text in (each if isinstance(each, list) else [each]) if isinstance(text, str)
                )
            yield from _policy_names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _policy_names(each)
