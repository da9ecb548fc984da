"""The tables of topics, subscriptions, published messages and what became of them."""

from __future__ import annotations

import sqlalchemy as sa

from windsock.store.schema import blob, number, scoped_table, text

# `attributes` is a JSON object of the attributes that were set; the rest have AWS's defaults.
topics = scoped_table(
    "sns_topics",
    text("name", key=True),
    text("attributes"),
    text("tags"),
    text("data_protection", optional=True),
    number("deleted_subscriptions"),
    number("created_ms"),
)

# Stands in the topic's account; `owner` is the subscriber's. `state` is pending, confirmed or ended (by a
# link; it can be taken up again for a while). `token` confirms it, the first time or again.
subscriptions = scoped_table(
    "sns_subscriptions",
    text("topic", key=True),
    text("id", key=True),
    text("protocol"),
    text("endpoint"),
    text("owner"),
    text("principal"),
    text("attributes"),
    text("token"),
    text("state"),
    number("authenticated"),
    number("authenticate_on_unsubscribe"),
    number("created_ms"),
)
sa.Index(
    "sns_subscriptions_endpoint",
    subscriptions.c.account,
    subscriptions.c.region,
    subscriptions.c.topic,
    subscriptions.c.endpoint,
)
sa.Index("sns_subscriptions_owner", subscriptions.c.owner, subscriptions.c.region, subscriptions.c.topic)

# The body of a publish, once for all its deliveries: the tasks with ids up to `last_task` refer to it.
messages = scoped_table(
    "sns_messages",
    text("id", key=True),
    text("last_task"),
    number("accepted_ms"),
    blob("body"),
)
sa.Index("sns_messages_accepted", messages.c.account, messages.c.region, messages.c.accepted_ms)

# What was published to a FIFO topic in the last five minutes. `message_group` is empty where the
# whole topic is the scope of deduplication.
deduplications = scoped_table(
    "sns_deduplications",
    text("topic", key=True),
    text("message_group", key=True),
    text("deduplication_id", key=True),
    text("message_id"),
    text("sequence_number"),
    number("until_ms"),
)
sa.Index(
    "sns_deduplications_until", deduplications.c.account, deduplications.c.region, deduplications.c.until_ms
)

# The latest sequence number of each FIFO topic.
sequences = scoped_table("sns_sequences", text("topic", key=True), number("latest"))

# Mails that no SMTP server was there for.
mails = scoped_table(
    "sns_mails",
    text("id", key=True),
    number("sent_ms"),
    text("sender"),
    text("recipient"),
    text("subject"),
    text("body"),
)

# Text messages and mobile pushes: no provider is behind windsock, so they end here.
pushes = scoped_table(
    "sns_pushes",
    text("id", key=True),
    text("protocol"),
    text("endpoint"),
    text("topic_arn"),
    text("message_id"),
    text("subject", optional=True),
    text("body"),
    text("attributes"),
    number("sent_ms"),
)

platform_applications = scoped_table(
    "sns_platform_applications",
    text("platform", key=True),
    text("name", key=True),
    text("attributes"),
)

platform_endpoints = scoped_table(
    "sns_platform_endpoints",
    text("platform", key=True),
    text("application", key=True),
    text("id", key=True),
    text("token"),
    text("attributes"),
)
sa.Index(
    "sns_platform_endpoints_token",
    platform_endpoints.c.account,
    platform_endpoints.c.region,
    platform_endpoints.c.platform,
    platform_endpoints.c.application,
    platform_endpoints.c.token,
)

# One row an account and region.
sms_settings = scoped_table("sns_sms_settings", text("attributes"))

opted_out_numbers = scoped_table("sns_opted_out_numbers", text("phone_number", key=True))

sandbox_numbers = scoped_table(
    "sns_sandbox_numbers",
    text("phone_number", key=True),
    text("language"),
    text("status"),
    text("password"),
)
