"""Systems Manager: parameters that are made, changed and deleted are told.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
"""

from __future__ import annotations

from typing import Any

from moto.ssm.models import SimpleSystemManagerBackend

from windsock.simulation.child.observed import happened

_put = SimpleSystemManagerBackend.put_parameter
_delete, _delete_many = (
    SimpleSystemManagerBackend.delete_parameter,
    SimpleSystemManagerBackend.delete_parameters,
)


def apply() -> None:
    """Change moto's classes."""
    SimpleSystemManagerBackend.put_parameter = _putting
    SimpleSystemManagerBackend.delete_parameter = _deleting
    SimpleSystemManagerBackend.delete_parameters = _deleting_many


def _putting(backend: Any, *args: Any, **kwargs: Any) -> Any:
    parameter = _put(backend, *args, **kwargs)
    _tell(backend, parameter, "Create" if parameter.version == 1 else "Update")
    return parameter


def _deleting(backend: Any, name: str) -> None:
    parameter = _latest(backend, name)
    _delete(backend, name)
    _tell(backend, parameter, "Delete")


def _deleting_many(backend: Any, names: list[str]) -> Any:
    parameters = {name: _latest(backend, name) for name in names}
    deleted = _delete_many(backend, names)
    for name in deleted:
        _tell(backend, parameters[name], "Delete")
    return deleted


def _latest(backend: Any, name: str) -> Any:
    versions = backend._parameters.get(backend._parameters.normalize_name(name))
    return versions[-1] if versions else None


def _tell(backend: Any, parameter: Any, operation: str) -> None:
    happened(
        "ssm.parameter",
        backend.account_id,
        backend.region_name,
        operation=operation,
        parameter=parameter.name,
        type=parameter.parameter_type,
        description=parameter.description,
    )
