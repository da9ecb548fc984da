"""Virtual MFA devices of users: a seed, from which an app makes one-time codes.

Hardware devices and those of the root are not known here. The seed is answered as text, not as a QR code.
Sources: API_CreateVirtualMFADevice, API_EnableMFADevice and the pages of the other operations beside them
below https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.iam import users
from windsock.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    InvalidAuthenticationCode,
    LimitExceeded,
    NoSuchEntity,
)
from windsock.services.iam.limits import MFA_DEVICES_PER_USER
from windsock.services.iam.names import path_of
from windsock.services.iam.one_time_codes import are_consecutive, current_step
from windsock.services.iam.pages import page
from windsock.services.iam.principals import USER
from windsock.services.iam.rows import Rows
from windsock.services.iam.tables import mfa_devices
from windsock.services.iam.tag_sets import new_tags
from windsock.services.iam.users import require_user, user_or_root
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row

rows = Rows(mfa_devices)

_NOBODY: Final = ""
_SEED_BYTES: Final = 40

_ASSIGNMENTS: Final[Mapping[str, Callable[[Row], bool]]] = {
    "Any": lambda device: True,
    "Assigned": lambda device: device.user != _NOBODY,
    "Unassigned": lambda device: device.user == _NOBODY,
}


@command("CreateVirtualMFADevice")
def create_virtual_mfa_device(ctx: Command, params: Params) -> Result:
    """Make a device that nobody uses yet; its seed is told this once."""
    path, tags = path_of(params), new_tags(params)
    serial = ctx.scope.of_account.arn("iam", f"mfa{path}{params['VirtualMFADeviceName']}")
    if rows.find(ctx, serial=serial) is not None:
        raise EntityAlreadyExists("MFA device already exists.")
    seed = base64.b32encode(secrets.token_bytes(_SEED_BYTES)).decode()
    rows.insert(ctx, serial=serial, user=_NOBODY, seed=seed, tags=tags)
    tagged = params.get("Tags")
    return {
        "VirtualMFADevice": {
            "SerialNumber": serial,
            "Base32StringSeed": seed.encode(),
            **({"Tags": tagged} if tagged else {}),
        }
    }


@query("ListVirtualMFADevices")
def list_virtual_mfa_devices(ctx: Query, params: Params) -> Result:
    """The devices: all, those in use, or those that nobody uses."""
    is_wanted = _ASSIGNMENTS[params.get("AssignmentStatus") or "Any"]
    found = [device for device in rows.all(ctx) if is_wanted(device)]

    def shown(device: Row) -> dict[str, Any]:
        if device.user == _NOBODY:
            return {"SerialNumber": device.serial}
        user = USER.rows.find(ctx, id=device.user)
        return {
            "SerialNumber": device.serial,
            "EnableDate": to_datetime(device.enabled_ms),
            **({} if user is None else {"User": users.listed(user)}),
        }

    return page(params, "VirtualMFADevices", found, lambda row: row.serial, shown)


@command("DeleteVirtualMFADevice")
def delete_virtual_mfa_device(ctx: Command, params: Params) -> Result:
    """Delete a device that nobody uses. Raises DeleteConflict."""
    device = device_named(ctx, params["SerialNumber"])
    if device.user != _NOBODY:
        raise DeleteConflict("MFA VirtualDevice in use. Must deactivate first.")
    rows.delete(ctx, serial=device.serial)
    return None


@command("EnableMFADevice")
def enable_mfa_device(ctx: Command, params: Params) -> Result:
    """Give a device to a user, who shows by two codes that it works. Raises InvalidAuthenticationCode."""
    user, device = USER.of(ctx, params), device_named(ctx, params["SerialNumber"])
    if device.user != _NOBODY:
        raise EntityAlreadyExists("MFA Device is already in use.")
    if rows.count(ctx, user=user.id) >= MFA_DEVICES_PER_USER:
        raise LimitExceeded.of("MfaDevicesPerUser", MFA_DEVICES_PER_USER)
    _check_codes(ctx, device, params)
    rows.update(ctx, {"serial": device.serial}, user=user.id, enabled_ms=ctx.now_ms, used_step=None)
    return None


@command("ResyncMFADevice")
def resync_mfa_device(ctx: Command, params: Params) -> Result:
    """Check by two codes that a user's device still works. Raises InvalidAuthenticationCode."""
    _check_codes(ctx, _device_of(ctx, USER.of(ctx, params), params["SerialNumber"]), params)
    return None


@command("DeactivateMFADevice")
def deactivate_mfa_device(ctx: Command, params: Params) -> Result:
    """Take a device from a user."""
    device = _device_of(ctx, require_user(ctx, params), params["SerialNumber"])
    rows.update(ctx, {"serial": device.serial}, user=_NOBODY, enabled_ms=None)
    return None


@query("ListMFADevices")
def list_mfa_devices(ctx: Query, params: Params) -> Result:
    """The devices of a user."""
    user = user_or_root(ctx, params)
    found = [] if user is None else devices_of(ctx, user)
    return page(params, "MFADevices", found, lambda row: row.serial, lambda row: _shown(user, row))


@query("GetMFADevice")
def get_mfa_device(ctx: Query, params: Params) -> Result:
    """A device that somebody uses."""
    device = device_named(ctx, params["SerialNumber"])
    user = USER.of(ctx, params) if "UserName" in params else USER.rows.find(ctx, id=device.user)
    if user is None or device.user != user.id:
        raise _missing(device.serial)
    return _shown(user, device)


def device_named(at: Reading, serial: str) -> Row:
    """The row of a device. Raises NoSuchEntity."""
    device = rows.find(at, serial=serial)
    if device is None:
        raise _missing(serial)
    return device


def devices_of(at: Reading, user: Row) -> list[Row]:
    """The devices of a user."""
    return rows.all(at, user=user.id)


def takes_code(ctx: Command, device: Row, code: str) -> bool:
    """Whether a code is one of now that was not used to sign in before; it cannot be used again."""
    step = current_step(device.seed, code, ctx.now_ms) if code.isascii() else None
    if step is None or step <= (device.used_step or 0):
        return False
    rows.update(ctx, {"serial": device.serial}, used_step=step)
    return True


def _device_of(at: Reading, user: Row, serial: str) -> Row:
    device = device_named(at, serial)
    if device.user != user.id:
        raise _missing(serial)
    return device


def _missing(serial: str) -> NoSuchEntity:
    return NoSuchEntity(f"MFA Device with serial number {serial} does not exist.")


def _check_codes(ctx: Command, device: Row, params: Params) -> None:
    first, second = params["AuthenticationCode1"], params["AuthenticationCode2"]
    if not are_consecutive(device.seed, first, second, ctx.now_ms):
        raise InvalidAuthenticationCode("Authentication code for device is not valid.")


def _shown(user: Row | None, device: Row) -> dict[str, Any]:
    return {
        **users.name_member(user),
        "SerialNumber": device.serial,
        "EnableDate": to_datetime(device.enabled_ms),
    }
