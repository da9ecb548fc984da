"""Layers as functions refer to them: by the ARN of a version, of any account in the region.

Source: https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import LAYERS_PER_FUNCTION
from windsock.services.lambda_.tables import layer_versions
from windsock.store.statements import Row, Statement
from windsock.store.transaction import Snapshot

_LAYER_VERSION: Final = re.compile(
    r"arn:aws[a-zA-Z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):layer:"
    r"(?P<layer>[a-zA-Z0-9-_]+):(?P<version>\d+)"
)
_FIND = Statement(
    sa.select(layer_versions).where(
        layer_versions.c.account == sa.bindparam("of_account"),
        layer_versions.c.region == sa.bindparam("of_region"),
        layer_versions.c.layer == sa.bindparam("of_layer"),
        layer_versions.c.version == sa.bindparam("of_version"),
    )
)


class LayerVersion(NamedTuple):
    """A version of a layer as it is named."""

    scope: Scope
    layer: str
    version: int

    @property
    def arn(self) -> str:
        """The ARN of the version."""
        return self.scope.arn("lambda", f"layer:{self.layer}:{self.version}")


def parse_layer_version(arn: str) -> LayerVersion | None:
    """The version of a layer that an ARN names, or None."""
    found = _LAYER_VERSION.fullmatch(arn)
    if found is None:
        return None
    return LayerVersion(Scope(found["account"], found["region"]), found["layer"], int(found["version"]))


def find_layer_version(tx: Snapshot, named: LayerVersion) -> Row | None:
    """The row of a version, of one that was deleted as well."""
    return tx.row(
        _FIND,
        {
            "of_account": named.scope.account,
            "of_region": named.scope.region,
            "of_layer": named.layer,
            "of_version": named.version,
        },
    )


def referenced_layers(tx: Snapshot, arns: Sequence[str]) -> list[dict[str, Any]]:
    """`Layers` of a configuration for the ARNs given. Raises InvalidParameterValue."""
    if len(arns) > LAYERS_PER_FUNCTION:
        raise InvalidParameterValue(f"Cannot reference more than {LAYERS_PER_FUNCTION} layers.")
    seen: dict[tuple[Scope, str], str] = {}
    layers = []
    for arn in arns:
        named = parse_layer_version(arn)
        row = None if named is None else find_layer_version(tx, named)
        if named is None or row is None or row.deleted:
            raise InvalidParameterValue(f"Layer version {arn} does not exist.")
        earlier = seen.setdefault((named.scope, named.layer), arn)
        if earlier is not arn:
            raise InvalidParameterValue(
                "Two different versions of the same layer are not allowed to be referenced in the same "
                f"function. {earlier} and {arn} are versions of the same layer."
            )
        layers.append({"Arn": arn, "CodeSize": row.package_size})
    return layers
