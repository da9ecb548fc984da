"""The tables of IAM. Their rows live in the account, not in a region (`Scope.of_account`).

Names of IAM do not differ by case alone, so `key` is a name in lower case. Names may change: what belongs to
a user, group or role knows it by its unique id (`AIDA...`, `AGPA...`, `AROA...`).
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, scoped_table, text

# `boundary` is the ARN of the permissions boundary, `tags` a JSON object; `password_used_ms` says when the
# user last signed in to the console.
users = scoped_table(
    "iam_users",
    text("key", key=True),
    text("name"),
    text("id"),
    text("path"),
    text("boundary", optional=True),
    text("tags"),
    number("created_ms"),
    number("password_used_ms", optional=True),
)
sa.Index("iam_users_id", users.c.account, users.c.region, users.c.id)

groups = scoped_table(
    "iam_groups",
    text("key", key=True),
    text("name"),
    text("id"),
    text("path"),
    number("created_ms"),
)
sa.Index("iam_groups_id", groups.c.account, groups.c.region, groups.c.id)

# By the ids of both.
memberships = scoped_table("iam_memberships", text("user", key=True), text("group", key=True))
sa.Index("iam_memberships_group", memberships.c.account, memberships.c.region, memberships.c.group)

# `trust` is the assume-role policy; `used_ms` and `used_region` say when a session last called;
# `linked_service` is the service (`ecs.amazonaws.com`) of a service-linked role.
roles = scoped_table(
    "iam_roles",
    text("key", key=True),
    text("name"),
    text("id"),
    text("path"),
    text("description", optional=True),
    text("trust"),
    number("max_session_seconds"),
    text("boundary", optional=True),
    text("linked_service", optional=True),
    text("tags"),
    number("created_ms"),
    number("used_ms", optional=True),
    text("used_region", optional=True),
)
sa.Index("iam_roles_id", roles.c.account, roles.c.region, roles.c.id)

# `role` is the id of the one role that a profile has at most.
instance_profiles = scoped_table(
    "iam_instance_profiles",
    text("key", key=True),
    text("name"),
    text("id"),
    text("path"),
    text("role", optional=True),
    text("tags"),
    number("created_ms"),
)

# Customer managed policies; `default_version` and `last_version` are numbers: 3 for v3.
policies = scoped_table(
    "iam_policies",
    text("key", key=True),
    text("name"),
    text("id"),
    text("path"),
    text("description", optional=True),
    number("default_version"),
    number("last_version"),
    text("tags"),
    number("created_ms"),
    number("updated_ms"),
)

# `policy` is the id of the policy.
policy_versions = scoped_table(
    "iam_policy_versions",
    text("policy", key=True),
    number("version", key=True),
    text("document"),
    number("created_ms"),
)

# `owner` is the id of a user, group or role.
inline_policies = scoped_table(
    "iam_inline_policies",
    text("owner", key=True),
    text("key", key=True),
    text("name"),
    text("document"),
)

# `policy` is the ARN of a managed policy.
attachments = scoped_table("iam_attachments", text("owner", key=True), text("policy", key=True))
sa.Index("iam_attachments_policy", attachments.c.account, attachments.c.region, attachments.c.policy)

# `user` is empty for the account's root.
access_keys = scoped_table(
    "iam_access_keys",
    text("id", key=True),
    text("user"),
    text("secret"),
    text("status"),
    number("created_ms"),
    number("used_ms", optional=True),
    text("used_service", optional=True),
    text("used_region", optional=True),
)
sa.Index("iam_access_keys_user", access_keys.c.account, access_keys.c.region, access_keys.c.user)

# `password` is salted and hashed; `former` is a JSON list of hashes that must not be used again.
login_profiles = scoped_table(
    "iam_login_profiles",
    text("user", key=True),
    text("password"),
    text("former"),
    number("reset_required"),
    number("created_ms"),
    number("changed_ms"),
)

# `user` is empty while nobody uses the device; `seed` is base32; `used_step` is the half minute of the last
# code that somebody signed in with.
mfa_devices = scoped_table(
    "iam_mfa_devices",
    text("serial", key=True),
    text("user"),
    text("seed"),
    text("tags"),
    number("enabled_ms", optional=True),
    number("used_step", optional=True),
)
sa.Index("iam_mfa_devices_user", mfa_devices.c.account, mfa_devices.c.region, mfa_devices.c.user)

# Sessions that were ended by signing out, by their access keys, until they would have ended by themselves.
ended_sessions = scoped_table("iam_ended_sessions", text("access_key", key=True), number("expires_ms"))

# What else a user may have: SSH public keys, signing certificates, credentials for one service. `details` is
# JSON, as the kind has it.
user_credentials = scoped_table(
    "iam_user_credentials",
    text("kind", key=True),
    text("id", key=True),
    text("user"),
    text("status"),
    text("details"),
    number("created_ms"),
)
sa.Index(
    "iam_user_credentials_user",
    user_credentials.c.account,
    user_credentials.c.region,
    user_credentials.c.kind,
    user_credentials.c.user,
)

server_certificates = scoped_table(
    "iam_server_certificates",
    text("key", key=True),
    text("name"),
    text("id"),
    text("path"),
    text("body"),
    text("chain", optional=True),
    text("tags"),
    number("expires_ms"),
    number("created_ms"),
)

# `kind` is oidc or saml, `name` what its ARN ends in; `details` is JSON, as the kind has it.
identity_providers = scoped_table(
    "iam_identity_providers",
    text("kind", key=True),
    text("name", key=True),
    text("details"),
    text("tags"),
    number("created_ms"),
)

# What an account has one of, by name: its alias, its password policy, its credential report.
settings = scoped_table("iam_settings", text("name", key=True), text("value"))
sa.Index("iam_settings_values", settings.c.name, settings.c.value)

# Deletions of service-linked roles, which are done as soon as they are asked for.
role_deletions = scoped_table("iam_role_deletions", text("id", key=True), number("done_ms"))
