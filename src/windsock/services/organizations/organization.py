"""The organisation, and its accounts.

Sources: API_DescribeOrganization, API_ListAccounts and API_DescribeAccount below
https://docs.aws.amazon.com/organizations/latest/APIReference/.
"""

from __future__ import annotations

from typing import Any, Final

from windsock.engine.accounts import MANAGEMENT_ACCOUNT, ORGANIZATION, Accounts, all_accounts
from windsock.engine.operations import Params, Query, Result, query
from windsock.engine.pages import InvalidPageToken, page, read_token
from windsock.kernel.clock import to_datetime
from windsock.kernel.errors import AwsError

_LARGEST_PAGE: Final = 20


@query("DescribeOrganization")
def describe_organization(ctx: Query, params: Params) -> Result:
    """The organisation of the caller's account."""
    _refuse_outsiders(ctx)
    return {
        "Organization": {
            "Id": ORGANIZATION,
            "Arn": f"arn:aws:organizations::{MANAGEMENT_ACCOUNT}:organization/{ORGANIZATION}",
            "FeatureSet": "ALL",
            "MasterAccountArn": _arn(MANAGEMENT_ACCOUNT),
            "MasterAccountId": MANAGEMENT_ACCOUNT,
            "MasterAccountEmail": _mail(MANAGEMENT_ACCOUNT),
            "AvailablePolicyTypes": [],
        }
    }


@query("ListAccounts")
def list_accounts(ctx: Query, params: Params) -> Result:
    """The accounts of the organisation, by number."""
    _refuse_outsiders(ctx)
    after = ""
    if "NextToken" in params:
        try:
            (after,) = read_token(params["NextToken"], [""])
        except InvalidPageToken as error:
            raise AwsError("You provided invalid values.", code="InvalidInputException") from error
    found = [account for account in _accounts(ctx) if account["Id"] > after]
    size = params.get("MaxResults", _LARGEST_PAGE)
    return page("Accounts", found, size, lambda account: account["Id"], lambda account: account)


@query("DescribeAccount")
def describe_account(ctx: Query, params: Params) -> Result:
    """One account of the organisation."""
    _refuse_outsiders(ctx)
    for account in _accounts(ctx):
        if account["Id"] == params["AccountId"]:
            return {"Account": account}
    raise AwsError("You specified an account that doesn't exist.", code="AccountNotFoundException")


def _refuse_outsiders(ctx: Query) -> None:
    if ctx.engine.part(Accounts).organization_of(ctx.scope.account) is None:
        raise AwsError(
            "Your account is not a member of an organization.", code="AWSOrganizationsNotInUseException"
        )


def _accounts(ctx: Query) -> list[dict[str, Any]]:
    made = all_accounts(ctx.tx)
    told = {row.account: _shown(row.account, row.name, "CREATED", row.created_ms) for row in made}
    # The management account is as old as the organisation, which the first account made.
    since_ms = min(row.created_ms for row in made)
    told.setdefault(MANAGEMENT_ACCOUNT, _shown(MANAGEMENT_ACCOUNT, "management", "INVITED", since_ms))
    return [told[number] for number in sorted(told)]


def _shown(account: str, name: str, method: str, joined_ms: int) -> dict[str, Any]:
    return {
        "Id": account,
        "Arn": _arn(account),
        "Email": _mail(account),
        "Name": name,
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "JoinedMethod": method,
        "JoinedTimestamp": to_datetime(joined_ms),
    }


def _arn(account: str) -> str:
    return f"arn:aws:organizations::{MANAGEMENT_ACCOUNT}:account/{ORGANIZATION}/{account}"


def _mail(account: str) -> str:
    return f"{account}@windsock.invalid"
