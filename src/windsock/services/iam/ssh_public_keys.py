"""SSH public keys of users, with which they reach CodeCommit.

Sources: API_UploadSSHPublicKey and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.kernel.clock import to_datetime
from windsock.services.iam.certificates import read_ssh_key
from windsock.services.iam.errors import DuplicateSSHPublicKey
from windsock.services.iam.limits import SSH_PUBLIC_KEYS_PER_USER
from windsock.services.iam.names import unique_id
from windsock.services.iam.pages import page
from windsock.services.iam.principals import USER
from windsock.services.iam.user_credentials import CredentialKind, details_of
from windsock.services.iam.users import require_user
from windsock.store.statements import Row

_KIND: Final = CredentialKind("ssh-public-key", "The Public Key with id {id} cannot be found.")


@command("UploadSSHPublicKey")
def upload_ssh_public_key(ctx: Command, params: Params) -> Result:
    """Give a user an RSA key, in the form of OpenSSH or in PEM."""
    user, body = USER.of(ctx, params), params["SSHPublicKeyBody"]
    key = read_ssh_key(body)
    if any(details_of(row)["fingerprint"] == key.fingerprint for row in _KIND.of_user(ctx, user)):
        raise DuplicateSSHPublicKey("The SSH public key is already associated with the specified user.")
    _KIND.refuse_more(ctx, user, "SSHPublicKeysPerUser", SSH_PUBLIC_KEYS_PER_USER)
    details = {"body": body, "fingerprint": key.fingerprint}
    row = _KIND.add(ctx, user, unique_id("APKA"), details)
    return {"SSHPublicKey": _shown(user, row, body)}


@query("GetSSHPublicKey")
def get_ssh_public_key(ctx: Query, params: Params) -> Result:
    """A key in the encoding that is asked for: `SSH` or `PEM`."""
    user = USER.of(ctx, params)
    row = _KIND.named(ctx, user, params["SSHPublicKeyId"])
    body: str = details_of(row)["body"]
    if (params["Encoding"] == "PEM") != body.lstrip().startswith("-----BEGIN"):
        key = read_ssh_key(body)
        body = key.pem if params["Encoding"] == "PEM" else key.openssh
    return {"SSHPublicKey": _shown(user, row, body)}


@query("ListSSHPublicKeys")
def list_ssh_public_keys(ctx: Query, params: Params) -> Result:
    """The keys of a user, by default of the one who calls."""
    user = require_user(ctx, params)
    return page(
        params, "SSHPublicKeys", _KIND.of_user(ctx, user), lambda row: row.id, lambda row: _listed(user, row)
    )


@command("UpdateSSHPublicKey")
def update_ssh_public_key(ctx: Command, params: Params) -> Result:
    """Make a key active or inactive."""
    _KIND.set_status(ctx, USER.of(ctx, params), params["SSHPublicKeyId"], params["Status"])
    return None


@command("DeleteSSHPublicKey")
def delete_ssh_public_key(ctx: Command, params: Params) -> Result:
    """Take a key from a user."""
    _KIND.delete(ctx, USER.of(ctx, params), params["SSHPublicKeyId"])
    return None


def _listed(user: Row, row: Row) -> dict[str, Any]:
    return {
        "UserName": user.name,
        "SSHPublicKeyId": row.id,
        "Status": row.status,
        "UploadDate": to_datetime(row.created_ms),
    }


def _shown(user: Row, row: Row, body: str) -> dict[str, Any]:
    fingerprint = details_of(row)["fingerprint"]
    return {**_listed(user, row), "Fingerprint": fingerprint, "SSHPublicKeyBody": body}
