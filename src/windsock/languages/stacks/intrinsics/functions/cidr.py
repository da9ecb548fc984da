"""Fn::Cidr: blocks of addresses within one.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
"""

from __future__ import annotations

import ipaddress
import itertools
from typing import TYPE_CHECKING, Any, Final

from windsock.languages.stacks.errors import TemplateError
from windsock.languages.stacks.intrinsics import intrinsic

if TYPE_CHECKING:
    from windsock.languages.stacks.evaluation import Evaluation

_WRONG: Final = (
    "Template error: every Fn::Cidr object requires two or three parameters, (1) an IP address block, (2) "
    "the number of CIDRs to generate and (3) the number of subnet bits for each"
)


@intrinsic("Fn::Cidr")
def cidr(evaluation: Evaluation, written: Any) -> list[str]:
    """`{"Fn::Cidr": ["10.0.0.0/16", 6, 8]}`: six blocks with eight bits for hosts each."""
    if not isinstance(written, list) or len(written) not in (2, 3):
        raise TemplateError(_WRONG)
    block, count, *bits = [evaluation.text(each, _WRONG) for each in written]
    try:
        network = ipaddress.ip_network(block, strict=False)
        prefix = network.max_prefixlen - int(bits[0] if bits else 64 if network.version == 6 else 8)
        found = list(itertools.islice(network.subnets(new_prefix=prefix), int(count)))
    except ValueError as error:
        raise TemplateError(f"Template error: Fn::Cidr: {error}") from error
    if len(found) < int(count):
        raise TemplateError(f"Template error: Fn::Cidr: {block} does not hold {count} blocks of /{prefix}")
    return [str(each) for each in found]
