"""The code of functions and layers. Who knows a package's digest may have it: it cannot be guessed."""

from __future__ import annotations

from windsock.gateway.control.asked import Asked, NotThere
from windsock.gateway.control.path import Audience, control_path
from windsock.gateway.request import Response
from windsock.kernel.scope import Scope


@control_path("lambda/packages/{account}/{region}/{sha256}", audience=Audience.NETWORK)
async def package(asked: Asked) -> Response:
    """A package, as a zip file."""
    from windsock.services.lambda_.packages import content_of  # here: a start loads no services

    account, region, sha256 = (asked.segments[name] for name in ("account", "region", "sha256"))
    content = asked.engine.store.read(lambda tx: content_of(tx, Scope(account, region), sha256))
    if content is None:
        raise NotThere(
            f"No function or layer of account {account}, region {region} has the package {sha256}."
        )
    return Response(200, {"content-type": "application/zip"}, content)
