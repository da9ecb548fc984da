"""The tables of IAM. Their rows live in the account, not in a region (`Scope.of_account`).

Names of IAM do not differ by case alone, so a row's key is its name in lower case (`key`).
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, scoped_table, text

# `id` is the unique id (AIDA...), `boundary` the ARN of the permissions boundary, `tags` a JSON object.
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

groups = scoped_table(
    "iam_groups",
    text("key", key=True),
    text("name"),
    text("id"),
    text("path"),
    number("created_ms"),
)

# `user` and `group` are the keys of both.
memberships = scoped_table(
    "iam_memberships",
    text("user", key=True),
    text("group", key=True),
    number("added_ms"),
)
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

# `role` is the key of the one role that a profile has at most.
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
sa.Index(
    "iam_instance_profiles_role",
    instance_profiles.c.account,
    instance_profiles.c.region,
    instance_profiles.c.role,
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

policy_versions = scoped_table(
    "iam_policy_versions",
    text("policy", key=True),
    number("version", key=True),
    text("document"),
    number("created_ms"),
)

# `kind` is user, group or role and `owner` its key, here and in attachments.
inline_policies = scoped_table(
    "iam_inline_policies",
    text("kind", key=True),
    text("owner", key=True),
    text("key", key=True),
    text("name"),
    text("document"),
)

attachments = scoped_table(
    "iam_attachments",
    text("kind", key=True),
    text("owner", key=True),
    text("policy", key=True),
    number("attached_ms"),
)
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
