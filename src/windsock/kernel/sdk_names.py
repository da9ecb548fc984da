"""Services and operations as the AWS SDKs spell them in `aws-sdk:<service>:<action>` ARNs.

A service is its SDK identifier in lower case (`sfn`, `cloudwatchlogs`, `cognitoidentityprovider`), an
operation is in camel case (`sendMessage`). The table is `sdk_names.json`, made by
`scripts/generate_sdk_names.py`.
Sources: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html and
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources

from windsock.kernel.models import service_model


def service_of_sdk_name(name: str) -> str | None:
    """botocore's name of the service with this SDK identifier, or None."""
    return _names().get(name)


def operation_of_sdk_name(service: str, name: str) -> str | None:
    """The operation of a service (botocore's name) that `name` (`stopDBInstance`) means, or None.

    Capitals do not matter: the SDKs differ in how they write acronyms.
    """
    return _operations(service).get(name.lower())


def is_sdk_action(service: str, name: str) -> bool:
    """Whether the service with this SDK identifier has the operation that `name` means."""
    known = service_of_sdk_name(service)
    return known is not None and operation_of_sdk_name(known, name) is not None


@functools.cache
def _names() -> Mapping[str, str]:
    names: dict[str, str] = json.loads(
        resources.files("windsock.kernel").joinpath("sdk_names.json").read_bytes()
    )
    return names


@functools.cache
def _operations(service: str) -> Mapping[str, str]:
    return {name.lower(): name for name in service_model(service).operation_names}
