"""The alias of an account, which is unique among all accounts.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.iam.errors import EntityAlreadyExists, NoSuchEntity
from windsock.services.iam.settings import drop_setting, is_taken, put_setting, setting

_ALIAS = "alias"


@command("CreateAccountAlias")
def create_account_alias(ctx: Command, params: Params) -> Result:
    """Name the account, in place of the name it had. Raises EntityAlreadyExists."""
    alias = params["AccountAlias"]
    if setting(ctx, _ALIAS) != alias and is_taken(ctx.tx, _ALIAS, alias):
        raise EntityAlreadyExists(f"The account alias {alias} already exists.")
    put_setting(ctx, _ALIAS, alias)
    return None


@query("ListAccountAliases")
def list_account_aliases(ctx: Query, params: Params) -> Result:
    """The account's alias, if it has one."""
    alias = setting(ctx, _ALIAS)
    return {"AccountAliases": [] if alias is None else [alias], "IsTruncated": False}


@command("DeleteAccountAlias")
def delete_account_alias(ctx: Command, params: Params) -> Result:
    """Let the account have no alias. Raises NoSuchEntity for one that is not its own."""
    alias = params["AccountAlias"]
    if setting(ctx, _ALIAS) != alias:
        raise NoSuchEntity(f"The account alias {alias} cannot be found.")
    drop_setting(ctx, _ALIAS)
    return None
