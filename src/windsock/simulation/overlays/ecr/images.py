"""Images: `ECR Image Action`.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.simulation.backend.happenings import Happening, on
from windsock.store.transaction import Transaction


@on("ecr:PutImage")
def image_pushed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An image was pushed."""
    _announce(engine, tx, happening, "PUSH", [happening.facts["image"]["imageId"]])


@on("ecr:BatchDeleteImage")
def images_deleted(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """Images were deleted, or tags of them."""
    _announce(engine, tx, happening, "DELETE", happening.facts.get("imageIds", ()))


def _announce(
    engine: Engine, tx: Transaction, happening: Happening, action: str, images: Sequence[Mapping[str, str]]
) -> None:
    repository = happening.call.params["repositoryName"]
    events = [
        PlatformEvent("aws.ecr", "ECR Image Action", _detail(repository, action, image)) for image in images
    ]
    announce(engine, tx, happening.scope, events, cause=happening.cause)


def _detail(repository: str, action: str, image: Mapping[str, str]) -> dict[str, str]:
    tag = {"image-tag": image["imageTag"]} if "imageTag" in image else {}
    return {
        "result": "SUCCESS",
        "repository-name": repository,
        "image-digest": image["imageDigest"],
        "action-type": action,
        **tag,
    }
