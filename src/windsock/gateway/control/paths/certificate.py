"""What subscribers verify the signatures of notifications with, whatever the name they ask for it by."""

from __future__ import annotations

from windsock.gateway.control.asked import Asked
from windsock.gateway.control.path import Audience, control_path
from windsock.gateway.request import Response


@control_path("sns/{file}", audience=Audience.EVERYBODY)
async def certificate(asked: Asked) -> Response:
    """The certificate, in PEM."""
    from windsock.services.sns.signing import signing_certificate  # here: a start loads no services

    content = await signing_certificate(asked.engine)
    return Response(200, {"content-type": "application/x-pem-file"}, content)
