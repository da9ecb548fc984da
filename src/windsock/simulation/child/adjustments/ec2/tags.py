"""Tags: who changes those of a resource, or makes one with tags, has that told with all tags it then has.

Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/monitor-tag-changes.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.ec2.models.tags import TagBackend
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from windsock.simulation.child.observed import earlier, happened

# Tags of AWS's own are not told.
_AWS: Final = "aws:"
_VERSIONS: Final = "windsock_tag_versions"

_create, _delete = TagBackend.create_tags, TagBackend.delete_tags


def apply() -> None:
    """Change moto's classes."""
    TagBackend.create_tags = _told(_create)
    TagBackend.delete_tags = _told(_delete)


def _told(do: Any) -> Any:
    def done(backend: Any, resource_ids: list[str], tags: dict[str, str | None]) -> Any:
        before = {resource: dict(backend.tags.get(resource, {})) for resource in resource_ids}
        answer = do(backend, resource_ids, tags)
        for resource, old in before.items():
            _tell(backend, resource, old, backend.tags.get(resource, {}))
        return answer

    return done


def _tell(backend: Any, resource: str, old: dict[str, str], new: dict[str, str]) -> None:
    changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key) and not key.startswith(_AWS))
    kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource))
    if not changed or kind is None:
        return
    told = {key: value for key, value in new.items() if not key.startswith(_AWS)}
    before = earlier("ec2.tags", resource=resource)
    if before is not None:  # moto gives the tags of a new resource one by one
        before.update(changed=sorted({*before["changed"], *changed}), tags=told)
        return
    versions = vars(backend).setdefault(_VERSIONS, {})
    versions[resource] = versions.get(resource, 0) + 1
    happened(
        "ec2.tags",
        backend.account_id,
        backend.region_name,
        resource=resource,
        type=kind,
        changed=changed,
        tags=told,
        version=versions[resource],
    )
