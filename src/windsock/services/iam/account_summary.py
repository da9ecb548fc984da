"""How many of each thing the account has, and how many it may have.

Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
"""

from __future__ import annotations

from typing import Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.iam import limits
from windsock.services.iam.access_keys import keys_of
from windsock.services.iam.managed_policies import policy_rows, version_rows
from windsock.services.iam.principals import GROUP, ROLE, USER
from windsock.services.iam.rows import Rows
from windsock.services.iam.settings import put_setting, setting
from windsock.services.iam.tables import (
    identity_providers,
    instance_profiles,
    mfa_devices,
    server_certificates,
)
from windsock.services.iam.users import ROOT

_devices = Rows(mfa_devices)
_COUNTED: Final = {
    "Users": USER.rows,
    "Groups": GROUP.rows,
    "Roles": ROLE.rows,
    "InstanceProfiles": Rows(instance_profiles),
    "Policies": policy_rows,
    "PolicyVersionsInUse": version_rows,
    "MFADevices": _devices,
    "Providers": Rows(identity_providers),
    "ServerCertificates": Rows(server_certificates),
}
_QUOTAS: Final = {
    "UsersQuota": limits.USERS,
    "GroupsQuota": limits.GROUPS,
    "RolesQuota": limits.ROLES,
    "InstanceProfilesQuota": limits.INSTANCE_PROFILES,
    "PoliciesQuota": limits.POLICIES,
    "ServerCertificatesQuota": limits.SERVER_CERTIFICATES,
    "GroupsPerUserQuota": limits.GROUPS_PER_USER,
    "AccessKeysPerUserQuota": limits.ACCESS_KEYS_PER_USER,
    "SigningCertificatesPerUserQuota": limits.SIGNING_CERTIFICATES_PER_USER,
    "AttachedPoliciesPerUserQuota": limits.ATTACHED_POLICIES,
    "AttachedPoliciesPerGroupQuota": limits.ATTACHED_POLICIES,
    "AttachedPoliciesPerRoleQuota": limits.ATTACHED_POLICIES,
    "VersionsPerPolicyQuota": limits.VERSIONS_PER_POLICY,
    "PolicyVersionsInUseQuota": limits.POLICY_VERSIONS_IN_USE,
    "PolicySizeQuota": limits.MANAGED_POLICY_SIZE,
    "UserPolicySizeQuota": limits.USER_INLINE_POLICIES_SIZE,
    "GroupPolicySizeQuota": limits.GROUP_INLINE_POLICIES_SIZE,
    "RolePolicySizeQuota": limits.ROLE_INLINE_POLICIES_SIZE,
    "AssumeRolePolicySizeQuota": limits.ROLE_TRUST_POLICY_SIZE,
}
_GLOBAL_ENDPOINT: Final = "token_version"
_TOKEN_VERSIONS: Final = {"v1Token": 1, "v2Token": 2}


@query("GetAccountSummary")
def get_account_summary(ctx: Query, params: Params) -> Result:
    """The counts and the quotas."""
    summary = {name: rows.count(ctx) for name, rows in _COUNTED.items()}
    summary |= {
        "MFADevicesInUse": summary["MFADevices"] - _devices.count(ctx, user=""),
        "AccountMFAEnabled": 0,
        "AccountAccessKeysPresent": int(bool(keys_of(ctx, ROOT))),
        "AccountPasswordPresent": 0,
        "AccountSigningCertificatesPresent": 0,
        "GlobalEndpointTokenVersion": _TOKEN_VERSIONS[setting(ctx, _GLOBAL_ENDPOINT) or "v1Token"],
    }
    return {"SummaryMap": {**summary, **_QUOTAS}}


@command("SetSecurityTokenServicePreferences")
def set_security_token_service_preferences(ctx: Command, params: Params) -> Result:
    """Say which tokens the global endpoint of STS gives. Those given here are good in every region."""
    put_setting(ctx, _GLOBAL_ENDPOINT, params["GlobalEndpointTokenVersion"])
    return None
