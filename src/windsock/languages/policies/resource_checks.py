"""The form of resources in the policies of identities, with IAM's complaints.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from typing import Final

LEGACY: Final = "The policy failed legacy parsing"

_PARTITION: Final = re.compile(r"\*|aws(?:-[a-z]+)*")
_IAM_PATHS: Final = (
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
)
# Taken too, as policies of AWS's own show, though the message does not say so.
_UNTOLD_IAM_PATHS: Final = ("root", "role-template/", "delegation-request/")
_S3_REGIONAL: Final = "accesspoint/"


def resource_problem(resource: str) -> str | None:
    """Why IAM refuses a resource, in its words; None when it takes it."""
    if resource == "*":
        return None
    first, colon, rest = resource.partition(":")
    if not colon:
        return f'Resource {resource} must be in ARN format or "*".'
    partition, colon, rest = rest.partition(":")
    if _PARTITION.fullmatch(partition) is None:
        parts = [*rest.split(":", 3), "*", "*", "*", "*"][:4] if rest else ["*"] * 4
        return f'Partition "{partition}" is not valid for resource "arn:{partition}:{":".join(parts)}".'
    if not colon or first != "arn":
        return "Resource vendor must be fully qualified and cannot contain regexes."
    return _location_problem(resource, rest)


def _location_problem(resource: str, rest: str) -> str | None:
    """What is wrong behind the partition: with service, region, account or the resource's own name."""
    parts = rest.split(":", 3)
    if (len(parts) < 4 and "::" in resource) or not parts[0]:
        return LEGACY
    service, region, _, name = [*parts, "", "", ""][:4]
    if service == "iam":
        if region:
            return f"IAM resource {resource} cannot contain region information."
        if name != "*" and not name.startswith(_IAM_PATHS + _UNTOLD_IAM_PATHS) and not _may_mean_path(name):
            return f'IAM resource path must either be "*" or start with {", ".join(_IAM_PATHS)}.'
    if service == "s3" and region and not name.startswith(_S3_REGIONAL) and "*" not in region:
        return f"Resource {resource} can not contain region information."
    return None


def _may_mean_path(name: str) -> bool:
    """Whether a name with a wildcard early on could be one of the paths."""
    fixed = re.split(r"[*?]", name, maxsplit=1)[0]
    return fixed != name and any(path.startswith(fixed) for path in _IAM_PATHS)
