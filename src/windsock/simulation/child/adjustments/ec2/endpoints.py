"""Endpoints in VPCs are gateways unless they say otherwise.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html (`VpcEndpointType`)
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.vpcs import VPCEndPoint

_make_endpoint = VPCEndPoint.__init__


def apply() -> None:
    """Change moto's classes."""
    VPCEndPoint.__init__ = _endpoint_made


def _endpoint_made(endpoint: VPCEndPoint, *args: Any, **kwargs: Any) -> None:
    """As moto's, but that one without a type is a gateway's: moto cannot delete what has none."""
    _make_endpoint(endpoint, *args, **kwargs)
    endpoint.vpc_endpoint_type = endpoint.vpc_endpoint_type or "Gateway"
