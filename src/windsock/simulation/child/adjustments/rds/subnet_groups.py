"""Subnet groups that are changed are still there: moto forgets them.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html
"""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBSubnetGroup, RDSBackend

_modify_in_moto = RDSBackend.modify_db_subnet_group


def apply() -> None:
    """Change moto's classes."""
    RDSBackend.modify_db_subnet_group = _modify


def _modify(backend: RDSBackend, subnet_name: str, description: str, subnets: list[Any]) -> DBSubnetGroup:
    group = _modify_in_moto(backend, subnet_name, description, subnets)
    backend.subnet_groups[subnet_name] = group
    return group
