"""Dynamic references: `{{resolve:ssm:name}}` and the like, replaced just before a resource is made.

What they stand for is kept nowhere: rows and events have the references.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from windsock.services.cloudformation.resource_type import Failed
from windsock.services.cloudformation.work import Work

_REFERENCE: Final = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}")


async def resolved(work: Work, value: Any) -> Any:
    """A value with its references replaced. Raises AwsError, or Failed for a reference that means nothing."""
    if isinstance(value, Mapping):
        return {name: await resolved(work, each) for name, each in value.items()}
    if isinstance(value, list):
        return [await resolved(work, each) for each in value]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value
    pieces: list[str] = []
    end = 0
    for reference in _REFERENCE.finditer(value):
        service, name = reference.groups()
        pieces += [value[end : reference.start()], await _SERVICES[service](work, name)]
        end = reference.end()
    return "".join([*pieces, value[end:]])


async def _parameter(work: Work, name: str, *, secure: bool = False) -> str:
    """`name` or `name:version` of Systems Manager's parameters."""
    answer = await work.call("ssm", "GetParameter", Name=name, WithDecryption=secure or None)
    return str(answer["Parameter"]["Value"])


async def _secure_parameter(work: Work, name: str) -> str:
    return await _parameter(work, name, secure=True)


async def _secret(work: Work, text: str) -> str:
    """`secret-id:SecretString:json-key:version-stage:version-id`; all but the first may be left out."""
    arn = re.match(r"arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+", text)
    name = arn[0] if arn else text.partition(":")[0]
    _, key, stage, version, *_ = [*text[len(name) :].lstrip(":").split(":"), "", "", "", ""]
    secret = await work.call(
        "secretsmanager",
        "GetSecretValue",
        SecretId=name,
        VersionStage=stage or None,
        VersionId=version or None,
    )
    value = str(secret["SecretString"])
    if not key:
        return value
    try:
        return str(json.loads(value)[key])
    except (ValueError, KeyError, TypeError) as error:
        raise Failed(f"Could not find a value associated with JSONKey {key} in SecretString") from error


_SERVICES: Final[Mapping[str, Callable[[Work, str], Awaitable[str]]]] = {
    "ssm": _parameter,
    "ssm-secure": _secure_parameter,
    "secretsmanager": _secret,
}
