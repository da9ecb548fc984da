"""Data protection policies of topics: kept and given back, not enforced.

Source: https://docs.aws.amazon.com/sns/latest/api/API_PutDataProtectionPolicy.html
"""

from __future__ import annotations

import orjson

from windsock.engine.operations import Command, Params, Query, Result, command, query
from windsock.services.sns import topic_rows
from windsock.services.sns.arns import required, topic_of
from windsock.services.sns.errors import InvalidParameter


@command("PutDataProtectionPolicy")
def put_data_protection_policy(ctx: Command, params: Params) -> Result:
    """Attach a policy document to a topic; an empty one removes it."""
    topic = topic_of(ctx, required(params, "ResourceArn"), "ResourceArn")
    topic_rows.existing(ctx, topic)
    document = required(params, "DataProtectionPolicy")
    if document:
        try:
            orjson.loads(document)
        except orjson.JSONDecodeError as error:
            raise InvalidParameter("DataProtectionPolicy Reason: failed to parse JSON.") from error
    topic_rows.set_data_protection(ctx, topic, document)
    return None


@query("GetDataProtectionPolicy")
def get_data_protection_policy(ctx: Query, params: Params) -> Result:
    """The policy document of a topic; empty when there is none."""
    topic = topic_of(ctx, required(params, "ResourceArn"), "ResourceArn")
    return {"DataProtectionPolicy": topic_rows.existing(ctx, topic).data_protection or ""}
