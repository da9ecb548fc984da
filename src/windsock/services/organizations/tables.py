"""The tables of Organizations. All rows of an organisation live in its management account.

`tags` are kept apart, as anything may have them. Ids are such as `r-ab12`, `ou-ab12-...`, `p-...`, `h-...`.
"""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import number, scoped_table, text

# One a management account. `root` is the id of its one root, `policy_types` a JSON list of those that are
# enabled; `policy` and `policy_id` are its resource policy.
organizations = scoped_table(
    "organizations_organizations",
    text("id"),
    text("root"),
    text("features"),
    text("policy_types"),
    text("policy", optional=True),
    text("policy_id", optional=True),
    number("created_ms"),
)

# The accounts, the management account among them; `parent` is the root or a unit.
members = scoped_table(
    "organizations_members",
    text("member", key=True),
    text("parent"),
    text("name"),
    text("email"),
    text("joined"),
    text("status"),
    number("joined_ms"),
)
sa.Index("organizations_members_parent", members.c.account, members.c.region, members.c.parent)

units = scoped_table(
    "organizations_units",
    text("id", key=True),
    text("parent"),
    text("name"),
    number("created_ms"),
)
sa.Index("organizations_units_parent", units.c.account, units.c.region, units.c.parent)

policies = scoped_table(
    "organizations_policies",
    text("id", key=True),
    text("type"),
    text("name"),
    text("description"),
    text("content"),
    number("created_ms"),
    number("updated_ms"),
)

# `target` is the root, a unit or an account; policies of AWS's own are attached by their id too.
attachments = scoped_table(
    "organizations_attachments",
    text("target", key=True),
    text("policy", key=True),
    text("type"),
    number("attached_ms"),
)
sa.Index(
    "organizations_attachments_policy", attachments.c.account, attachments.c.region, attachments.c.policy
)

# What accounts ask of one another. `party` is the invited account, whichever way it was named (`named` and
# `named_by`); that of a handshake within the organisation is its management account.
handshakes = scoped_table(
    "organizations_handshakes",
    text("id", key=True),
    text("action"),
    text("party"),
    text("named"),
    text("named_by"),
    text("state"),
    text("notes", optional=True),
    text("tags"),
    number("requested_ms"),
    number("expires_ms"),
)
sa.Index("organizations_handshakes_party", handshakes.c.party)
sa.Index("organizations_handshakes_id", handshakes.c.id)

# Accounts that are being made, and were; `made` is the number once there is one.
account_requests = scoped_table(
    "organizations_account_requests",
    text("id", key=True),
    text("name"),
    text("email"),
    text("role"),
    text("tags"),
    text("state"),
    text("made", optional=True),
    text("failure", optional=True),
    number("requested_ms"),
    number("completed_ms", optional=True),
)

# Services that may do their work in the whole organisation.
service_access = scoped_table("organizations_service_access", text("service", key=True), number("enabled_ms"))

# Accounts that do it for the management account.
delegations = scoped_table(
    "organizations_delegations",
    text("member", key=True),
    text("service", key=True),
    number("enabled_ms"),
)

tags = scoped_table("organizations_tags", text("resource", key=True), text("tags"))
