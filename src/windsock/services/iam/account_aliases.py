"""The alias of an account, which is unique among all accounts.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
"""

from __future__ import annotations

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.iam.errors import EntityAlreadyExists, NoSuchEntity
from windsock.services.iam.settings import account_with, drop_setting, put_setting, setting

_ALIAS = "alias"


@command("CreateAccountAlias")
def create_account_alias(ctx: Command, params: Params) -> Result:
    """Name the account, in place of the name it had. Raises EntityAlreadyExists."""
    alias = params["AccountAlias"]
    if setting(ctx, _ALIAS) != alias and account_with(ctx.tx, _ALIAS, alias) is not None:
        raise EntityAlreadyExists(f"The account alias {alias} already exists.")
    put_setting(ctx, _ALIAS, alias)
    return None


@query("ListAccountAliases")
def list_account_aliases(ctx: Query, params: Params) -> Result:
    """The account's alias, if it has one."""
    alias = setting(ctx, _ALIAS)
    return {"AccountAliases": [] if alias is None else [alias], "IsTruncated": False}


@query("GetAccountOfAlias")
def get_account_of_alias(ctx: Query, params: Params) -> Result:
    """Whose alias it is: `AccountId`, empty when it is nobody's. Only windsock itself can ask."""
    return {"AccountId": account_with(ctx.tx, _ALIAS, params["AccountAlias"]) or ""}


@command("DeleteAccountAlias")
def delete_account_alias(ctx: Command, params: Params) -> Result:
    """Let the account have no alias. Raises NoSuchEntity for one that is not its own."""
    alias = params["AccountAlias"]
    if setting(ctx, _ALIAS) != alias:
        raise NoSuchEntity(f"The account alias {alias} cannot be found.")
    drop_setting(ctx, _ALIAS)
    return None
