"""What the account asks of its users' passwords.

Sources: API_UpdateAccountPasswordPolicy and the pages of the other operations beside it below
https://docs.aws.amazon.com/IAM/latest/APIReference/, and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.iam.errors import NoSuchEntity, PasswordPolicyViolation
from windsock.services.iam.settings import drop_setting, put_setting, setting
from windsock.store.scoped_rows import Reading

_NAME: Final = "password_policy"
_SYMBOLS: Final = frozenset("!@#$%^&*()_+-=[]{}|'")

# What UpdateAccountPasswordPolicy takes for what it is not given.
_DEFAULTS: Final = {
    "MinimumPasswordLength": 6,
    "RequireSymbols": False,
    "RequireNumbers": False,
    "RequireUppercaseCharacters": False,
    "RequireLowercaseCharacters": False,
    "AllowUsersToChangePassword": False,
}
_WITHOUT_POLICY_LENGTH: Final = 8
_WITHOUT_POLICY_TYPES: Final = 3

_Test = Callable[[str], bool]
_TYPES: Final[Mapping[str, tuple[_Test, str]]] = {
    "RequireUppercaseCharacters": (lambda letter: letter in string.ascii_uppercase, "one uppercase letter"),
    "RequireLowercaseCharacters": (lambda letter: letter in string.ascii_lowercase, "one lowercase letter"),
    "RequireNumbers": (lambda letter: letter in string.digits, "one number"),
    "RequireSymbols": (lambda letter: letter in _SYMBOLS, "one symbol"),
}


@command("UpdateAccountPasswordPolicy")
def update_account_password_policy(ctx: Command, params: Params) -> Result:
    """Set the policy anew: what is not given goes back to its default."""
    policy = {**_DEFAULTS, **params}
    put_setting(ctx, _NAME, orjson.dumps(policy).decode())
    return None


@query("GetAccountPasswordPolicy")
def get_account_password_policy(ctx: Query, params: Params) -> Result:
    """The policy. Raises NoSuchEntity while the account has none of its own."""
    policy = password_policy(ctx)
    if policy is None:
        raise NoSuchEntity(f"The Password Policy with domain name {ctx.scope.account} cannot be found.")
    return {"PasswordPolicy": {**policy, "ExpirePasswords": bool(policy.get("MaxPasswordAge"))}}


@command("DeleteAccountPasswordPolicy")
def delete_account_password_policy(ctx: Command, params: Params) -> Result:
    """Go back to what AWS asks of passwords by itself."""
    if not drop_setting(ctx, _NAME):
        raise NoSuchEntity("The account policy with name PasswordPolicy cannot be found.")
    return None


def password_policy(at: Reading) -> dict[str, Any] | None:
    """The account's policy as it was set, or None."""
    kept = setting(at, _NAME)
    policy: dict[str, Any] | None = None if kept is None else orjson.loads(kept)
    return policy


def grants_of_policy(at: Reading, arns: Sequence[str]) -> str | None:
    """The document of what the account's policy grants to a user of these ARNs, if it grants anything.

    It is attached to nobody: IAM applies it to all users of the account.
    """
    if not (password_policy(at) or {}).get("AllowUsersToChangePassword"):
        return None
    change = {"Effect": "Allow", "Action": "iam:ChangePassword", "Resource": list(arns)}
    read = {"Effect": "Allow", "Action": "iam:GetAccountPasswordPolicy", "Resource": "*"}
    return orjson.dumps({"Version": "2012-10-17", "Statement": [change, read]}).decode()


def check_password(at: Reading, password: str) -> None:
    """Raises PasswordPolicyViolation for a password that the account does not allow."""
    policy = password_policy(at)
    types = [name for name, (is_of_type, _) in _TYPES.items() if any(map(is_of_type, password))]
    if policy is None:
        if len(password) < _WITHOUT_POLICY_LENGTH or len(types) < _WITHOUT_POLICY_TYPES:
            raise PasswordPolicyViolation("Password does not conform to the account password policy.")
        return
    if len(password) < policy["MinimumPasswordLength"]:
        raise PasswordPolicyViolation(
            f"Password should have a minimum length of {policy['MinimumPasswordLength']}"
        )
    for name, (_, wanted) in _TYPES.items():
        if policy[name] and name not in types:
            raise PasswordPolicyViolation(f"Password should have at least {wanted}")
