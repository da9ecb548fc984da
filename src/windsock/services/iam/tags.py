"""Tags on users, roles, policies, instance profiles, MFA devices, certificates and identity providers.

Sources: API_TagRole, API_UntagRole and API_ListRoleTags below
https://docs.aws.amazon.com/IAM/latest/APIReference/, and those of the other things.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.engine.tag_sets import tag_list
from windsock.services.iam import identity_providers, instance_profiles, mfa_devices, server_certificates
from windsock.services.iam.managed_policies import policy_rows
from windsock.services.iam.oidc_providers import OIDC
from windsock.services.iam.pages import page
from windsock.services.iam.policies import own_policy
from windsock.services.iam.principals import ROLE, USER
from windsock.services.iam.rows import Rows
from windsock.services.iam.saml_providers import SAML
from windsock.services.iam.tag_sets import with_tags, without_tags
from windsock.store.scoped_rows import Reading
from windsock.store.statements import Row


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A kind of thing with tags: `find` gives the one that a call names, `key` the columns that tell it.

    `any_case`: its tags' keys do not differ by case alone.
    """

    rows: Rows
    find: Callable[[Reading, Params], Row]
    key: tuple[str, ...] = ("key",)
    any_case: bool = False

    def tag(self, ctx: Command, params: Params) -> Result:
        """Add tags, or change the values of those that are there."""
        row = self.find(ctx, params)
        self._keep(ctx, row, with_tags(row.tags, params["Tags"], any_case=self.any_case))
        return None

    def untag(self, ctx: Command, params: Params) -> Result:
        """Remove tags; keys that are not there are no error."""
        row = self.find(ctx, params)
        self._keep(ctx, row, without_tags(row.tags, params["TagKeys"], any_case=self.any_case))
        return None

    def list(self, ctx: Query, params: Params) -> Result:
        """The tags by their keys."""
        tags = tag_list(self.find(ctx, params).tags)
        return page(params, "Tags", tags, lambda tag: tag["Key"], lambda tag: tag)

    def _keep(self, ctx: Command, row: Row, tags: str) -> None:
        self.rows.update(ctx, {name: getattr(row, name) for name in self.key}, tags=tags)


_USERS: Final = _Tagged(USER.rows, USER.of, any_case=True)
_ROLES: Final = _Tagged(ROLE.rows, ROLE.of, any_case=True)
_POLICIES: Final = _Tagged(policy_rows, lambda at, params: own_policy(at, params["PolicyArn"]))
_INSTANCE_PROFILES: Final = _Tagged(instance_profiles.rows, instance_profiles.profile_named)
_MFA_DEVICES: Final = _Tagged(
    mfa_devices.rows, lambda at, params: mfa_devices.device_named(at, params["SerialNumber"]), ("serial",)
)
_CERTIFICATES: Final = _Tagged(server_certificates.rows, server_certificates.certificate_named)
_OIDC_PROVIDERS: Final = _Tagged(identity_providers.rows, OIDC.of, ("kind", "name"))
_SAML_PROVIDERS: Final = _Tagged(identity_providers.rows, SAML.of, ("kind", "name"))


@command("TagUser")
def tag_user(ctx: Command, params: Params) -> Result:
    """Tag a user."""
    return _USERS.tag(ctx, params)


@command("UntagUser")
def untag_user(ctx: Command, params: Params) -> Result:
    """Untag a user."""
    return _USERS.untag(ctx, params)


@query("ListUserTags")
def list_user_tags(ctx: Query, params: Params) -> Result:
    """The tags of a user."""
    return _USERS.list(ctx, params)


@command("TagRole")
def tag_role(ctx: Command, params: Params) -> Result:
    """Tag a role."""
    return _ROLES.tag(ctx, params)


@command("UntagRole")
def untag_role(ctx: Command, params: Params) -> Result:
    """Untag a role."""
    return _ROLES.untag(ctx, params)


@query("ListRoleTags")
def list_role_tags(ctx: Query, params: Params) -> Result:
    """The tags of a role."""
    return _ROLES.list(ctx, params)


@command("TagPolicy")
def tag_policy(ctx: Command, params: Params) -> Result:
    """Tag a policy of the account."""
    return _POLICIES.tag(ctx, params)


@command("UntagPolicy")
def untag_policy(ctx: Command, params: Params) -> Result:
    """Untag a policy of the account."""
    return _POLICIES.untag(ctx, params)


@query("ListPolicyTags")
def list_policy_tags(ctx: Query, params: Params) -> Result:
    """The tags of a policy of the account."""
    return _POLICIES.list(ctx, params)


@command("TagInstanceProfile")
def tag_instance_profile(ctx: Command, params: Params) -> Result:
    """Tag an instance profile."""
    return _INSTANCE_PROFILES.tag(ctx, params)


@command("UntagInstanceProfile")
def untag_instance_profile(ctx: Command, params: Params) -> Result:
    """Untag an instance profile."""
    return _INSTANCE_PROFILES.untag(ctx, params)


@query("ListInstanceProfileTags")
def list_instance_profile_tags(ctx: Query, params: Params) -> Result:
    """The tags of an instance profile."""
    return _INSTANCE_PROFILES.list(ctx, params)


@command("TagMFADevice")
def tag_mfa_device(ctx: Command, params: Params) -> Result:
    """Tag an MFA device."""
    return _MFA_DEVICES.tag(ctx, params)


@command("UntagMFADevice")
def untag_mfa_device(ctx: Command, params: Params) -> Result:
    """Untag an MFA device."""
    return _MFA_DEVICES.untag(ctx, params)


@query("ListMFADeviceTags")
def list_mfa_device_tags(ctx: Query, params: Params) -> Result:
    """The tags of an MFA device."""
    return _MFA_DEVICES.list(ctx, params)


@command("TagServerCertificate")
def tag_server_certificate(ctx: Command, params: Params) -> Result:
    """Tag a server certificate."""
    return _CERTIFICATES.tag(ctx, params)


@command("UntagServerCertificate")
def untag_server_certificate(ctx: Command, params: Params) -> Result:
    """Untag a server certificate."""
    return _CERTIFICATES.untag(ctx, params)


@query("ListServerCertificateTags")
def list_server_certificate_tags(ctx: Query, params: Params) -> Result:
    """The tags of a server certificate."""
    return _CERTIFICATES.list(ctx, params)


@command("TagOpenIDConnectProvider")
def tag_open_id_connect_provider(ctx: Command, params: Params) -> Result:
    """Tag an OpenID Connect provider."""
    return _OIDC_PROVIDERS.tag(ctx, params)


@command("UntagOpenIDConnectProvider")
def untag_open_id_connect_provider(ctx: Command, params: Params) -> Result:
    """Untag an OpenID Connect provider."""
    return _OIDC_PROVIDERS.untag(ctx, params)


@query("ListOpenIDConnectProviderTags")
def list_open_id_connect_provider_tags(ctx: Query, params: Params) -> Result:
    """The tags of an OpenID Connect provider."""
    return _OIDC_PROVIDERS.list(ctx, params)


@command("TagSAMLProvider")
def tag_saml_provider(ctx: Command, params: Params) -> Result:
    """Tag a SAML provider."""
    return _SAML_PROVIDERS.tag(ctx, params)


@command("UntagSAMLProvider")
def untag_saml_provider(ctx: Command, params: Params) -> Result:
    """Untag a SAML provider."""
    return _SAML_PROVIDERS.untag(ctx, params)


@query("ListSAMLProviderTags")
def list_saml_provider_tags(ctx: Query, params: Params) -> Result:
    """The tags of a SAML provider."""
    return _SAML_PROVIDERS.list(ctx, params)
