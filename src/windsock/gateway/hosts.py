"""What the Host header says: which service, which region, and for S3 which bucket.

Known are AWS's own names (`sqs.us-east-1.amazonaws.com`, `queue.amazonaws.com`,
`bucket.s3.eu-west-1.amazonaws.com`) and the same before any other domain
(`sqs.us-east-1.localhost.localstack.cloud`, `bucket.s3.localhost`).
Source: https://docs.aws.amazon.com/general/latest/gr/rande.html and "Virtual hosting of buckets",
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from __future__ import annotations

import dataclasses
import functools
import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote

from windsock.gateway.request import Request
from windsock.kernel.models import service_names

_REGION = r"[a-z]{2}(?:-[a-z]+){1,2}-\d"
_S3 = re.compile(
    r"^(?:(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.)?"
    rf"s3(?:[.-](?:accelerate|dualstack|fips|website))?(?:[.-](?P<region>{_REGION}))?\.(?P<domain>.+)$"
)
_REGIONAL = re.compile(rf"^(?P<prefix>.+?)\.(?P<region>{_REGION})\.")
_LEGACY_SQS = re.compile(rf"^(?:(?P<region>{_REGION})\.)?queue\.")


@dataclass(frozen=True, slots=True)
class HostHint:
    """What a host name says; `services` are candidates, likeliest first, empty if it says nothing."""

    services: tuple[str, ...] = ()
    region: str | None = None
    bucket: str | None = None


@functools.lru_cache(maxsize=1024)
def read_host(host: str) -> HostHint:
    """The hint in a Host header."""
    name = host.lower().partition(":")[0]
    s3 = _S3.match(name)
    if s3:
        return HostHint(("s3",), s3["region"], s3["bucket"])
    legacy = _LEGACY_SQS.match(name)
    if legacy:
        return HostHint(("sqs",), legacy["region"])
    regional = _REGIONAL.match(name)
    prefix, region = (regional["prefix"], regional["region"]) if regional else (name.partition(".")[0], None)
    services = _services(prefix) or _services(prefix.rpartition(".")[2])
    return HostHint(services, region) if services else HostHint()


def is_loopback_name(name: str) -> bool:
    """Whether a host name or address (without a port) always means the machine itself.

    Source: https://www.rfc-editor.org/rfc/rfc6761#section-6.3 ("localhost" and all below it)
    """
    lower = name.lower().removesuffix(".")
    if lower == "localhost" or lower.endswith(".localhost"):
        return True
    return is_address(lower) and ip_address(lower).is_loopback


def is_address(name: str) -> bool:
    """Whether a host (without a port or brackets) is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _services(prefix: str) -> tuple[str, ...]:
    names = service_names()
    return names.endpoint_prefixes.get(prefix) or names.signing_names.get(prefix, ())


def to_path_style(request: Request, bucket: str) -> Request:
    """A virtual-hosted S3 request as one whose path begins with the bucket."""
    path = request.path if request.path.startswith("/") else f"/{request.path}"
    raw_path = request.raw_path if request.raw_path.startswith("/") else f"/{request.raw_path}"
    return dataclasses.replace(request, path=f"/{bucket}{path}", raw_path=f"/{quote(bucket)}{raw_path}")
