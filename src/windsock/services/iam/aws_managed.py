"""The policies that AWS manages, the same in every account.

They are data: `aws_managed_policies.json.gz`, written by `scripts/collect_managed_policies.py` from what moto
(Apache-2.0) collects at AWS, with those that AWS has withdrawn since and templates still name. It is read
when the first of them is asked for (some 40 ms). Older versions of a policy, its description and its id are
not among the data; the id here is made from the name.
Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
from collections.abc import Mapping
from importlib import resources
from typing import Final, NamedTuple

import orjson

_FILE: Final = "aws_managed_policies.json.gz"
_PREFIX: Final = "policy/"
# Only services may attach these, to the roles that are linked to them.
_SERVICE_ROLE_PATH: Final = "/aws-service-role/"


class AwsPolicy(NamedTuple):
    """One policy; `version` is the number of its default version, instants are milliseconds."""

    name: str
    path: str
    version: int
    created_ms: int
    updated_ms: int
    document: str

    @property
    def resource(self) -> str:
        """What its ARN ends in."""
        return f"{_PREFIX}{self.path[1:]}{self.name}"

    @property
    def id(self) -> str:
        """An id in the form of AWS's."""
        digest = base64.b32encode(hashlib.sha256(self.name.encode()).digest()).decode()
        return f"ANPA{digest[:17]}"

    @property
    def attachable(self) -> bool:
        """Whether a person may attach it."""
        return not self.path.startswith(_SERVICE_ROLE_PATH)


def aws_policies() -> Mapping[str, AwsPolicy]:
    """All of them, by name, in the order of their names."""
    return _policies()


def aws_policy(resource: str) -> AwsPolicy | None:
    """The policy whose ARN ends in `policy/<path><name>`, or None."""
    policy = _policies().get(resource.rpartition("/")[2])
    return policy if policy is not None and policy.resource == resource else None


@functools.cache
def _policies() -> Mapping[str, AwsPolicy]:
    packed = resources.files("windsock.services.iam").joinpath(_FILE).read_bytes()
    return {name: AwsPolicy(name, *row) for name, row in orjson.loads(gzip.decompress(packed)).items()}
