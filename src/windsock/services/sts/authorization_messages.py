"""DecodeAuthorizationMessage: why a call to EC2 was denied.

Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

from windsock.engine.authorization_messages import AuthorizationMessages
from windsock.engine.operations import Params, Query, Result, query
from windsock.services.sts.errors import InvalidAuthorizationMessage


@query("DecodeAuthorizationMessage")
def decode_authorization_message(ctx: Query, params: Params) -> Result:
    """What a message of the caller's account says, as JSON. Raises InvalidAuthorizationMessage."""
    messages = ctx.engine.part(AuthorizationMessages)
    decoded = messages.decode(params["EncodedMessage"], ctx.call.caller.account)
    if decoded is None:
        raise InvalidAuthorizationMessage("Message is not valid")
    return {"DecodedMessage": decoded}
