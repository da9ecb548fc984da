"""Images: those that are made are there after some time; each state is told.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import AmiBackend

from windsock.simulation.child.adjustments import change
from windsock.simulation.child.observed import happened

_create, _copy, _register = AmiBackend.create_image, AmiBackend.copy_image, AmiBackend.register_image
_deregister, _disable, _enable = (
    AmiBackend.deregister_image,
    AmiBackend.disable_image,
    AmiBackend.enable_image,
)


def apply() -> None:
    """Change moto's classes."""
    AmiBackend.create_image = _slowly(_create)
    AmiBackend.copy_image = _slowly(_copy)
    AmiBackend.register_image = _slowly(_register)
    AmiBackend.deregister_image = _told(_deregister, "deregistered")
    AmiBackend.disable_image = _told(_disable, "disabled")
    AmiBackend.enable_image = _told(_enable, "available")


def _slowly(make: Any) -> Any:
    def begun(backend: Any, *args: Any, **kwargs: Any) -> Any:
        image = make(backend, *args, **kwargs)
        image.state = "pending"
        happened("ec2.image-begun", backend.account_id, backend.region_name, image=image.id)
        return image

    return begun


def _told(do: Any, state: str) -> Any:
    def done(backend: Any, ami_id: str) -> Any:
        answer = do(backend, ami_id)
        _tell(backend, ami_id, state)
        return answer

    return done


@change("CompleteImage")
def complete_image(account: str, region: str, params: dict[str, Any]) -> None:
    """An image that is still there is available."""
    backend = ec2_backends[account][region]
    image = backend.amis.get(params["image"])
    if image is not None and image.state == "pending":
        image.state = "available"
        _tell(backend, image.id, image.state, request=params["request"])


def _tell(backend: Any, image: str, state: str, request: str | None = None) -> None:
    happened("ec2.image", backend.account_id, backend.region_name, image=image, state=state, request=request)
