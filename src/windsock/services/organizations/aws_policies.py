"""The policies of organisations that AWS manages: what is attached everywhere when their type is enabled.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from windsock.services.organizations.policy_kinds import RESOURCE_CONTROL, SERVICE_CONTROL


@dataclass(frozen=True, slots=True)
class AwsPolicy:
    """One of them."""

    id: str
    type: str
    name: str
    description: str
    content: str


_EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def _document(**elements: str) -> str:
    document = {"Version": "2012-10-17", "Statement": [{**_EVERYTHING, **elements}]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


AWS_POLICIES: Final[Mapping[str, AwsPolicy]] = {
    policy.id: policy
    for policy in (
        AwsPolicy(
            "p-FullAWSAccess",
            SERVICE_CONTROL,
            "FullAWSAccess",
            "Allows access to every operation",
            _document(),
        ),
        AwsPolicy(
            "p-RCPFullAWSAccess",
            RESOURCE_CONTROL,
            "RCPFullAWSAccess",
            "Allows access to every resource",
            _document(Principal="*"),
        ),
    )
}
"""By their ids."""

DEFAULT_POLICIES: Final[Mapping[str, str]] = {policy.type: policy.id for policy in AWS_POLICIES.values()}
"""The id of the one that is attached to everything, by type."""
