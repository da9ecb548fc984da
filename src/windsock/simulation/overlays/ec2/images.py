"""Images: `EC2 AMI State Change`; those that are made are available after some time.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html
"""

from __future__ import annotations

from windsock.engine.engine import Engine
from windsock.engine.platform_events import PlatformEvent, announce
from windsock.simulation.backend.changes import Change, change_later
from windsock.simulation.backend.happenings import Happening, on
from windsock.simulation.overlays.ec2.limits import IMAGE_SECONDS
from windsock.store.transaction import Transaction


@on("ec2.image-begun")
def image_begun(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An image is being made."""
    image = happening.facts["image"]
    params = {"image": image, "request": happening.call.request_id}
    change = Change("ec2", "CompleteImage", params, happening.cause)
    change_later(engine, tx, happening.scope, change, key=f"image/{image}", seconds=IMAGE_SECONDS)


@on("ec2.image")
def image_changed(engine: Engine, tx: Transaction, happening: Happening) -> None:
    """An image came into a state."""
    facts, scope = happening.facts, happening.scope
    detail = {
        "RequestId": facts["request"] or happening.call.request_id,
        "ImageId": facts["image"],
        "State": facts["state"],
        "ErrorMessage": "",
    }
    resource = f"arn:{scope.partition}:ec2:{scope.region}::image/{facts['image']}"
    event = PlatformEvent("aws.ec2", "EC2 AMI State Change", detail, [resource])
    announce(engine, tx, scope, [event], cause=happening.cause)
