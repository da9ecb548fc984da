"""The six wire protocols of AWS, one file each; `CODECS` has them by botocore's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from windsock.gateway.protocols.base import Codec
from windsock.gateway.protocols.ec2 import Ec2Codec
from windsock.gateway.protocols.json import JsonCodec
from windsock.gateway.protocols.query import QueryCodec
from windsock.gateway.protocols.rest_json import RestJsonCodec
from windsock.gateway.protocols.rest_xml import RestXmlCodec
from windsock.gateway.protocols.rpc_v2_cbor import RpcV2CborCodec

__all__ = ["CODECS", "Codec"]

CODECS: Final[Mapping[str, Codec]] = {
    codec.name: codec
    for codec in (JsonCodec(), QueryCodec(), Ec2Codec(), RestJsonCodec(), RestXmlCodec(), RpcV2CborCodec())
}
