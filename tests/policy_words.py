"""Policy cases as JSON says them, turned into what the library takes.

A case has `request` (principal, action, resource, context, resource_account) and `policies` (identity,
boundary, session, resource or trust, service_control, resource_control); a principal is `{"user": arn}`,
`{"session": arn, "role": arn}`, `{"federated": arn, "user": arn}`, `{"root": account}`,
`{"service": name, "region": region}`, `{"provider": name}` or `{"anonymous": true}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from windsock.languages.policies import Policies, Principal, Request, parse

Words = Mapping[str, Any]


def principal_of(words: Words) -> Principal:
    """Who asks."""
    unique_id, tags = words.get("id", ""), words.get("tags")
    if "session" in words:
        return Principal.session(words["session"], words["role"], user_id=unique_id, tags=tags)
    if "federated" in words:
        return Principal.federated_user(words["federated"], words["user"])
    if "user" in words:
        return Principal.user(words["user"], user_id=unique_id, tags=tags)
    if "root" in words:
        return Principal.root(words["root"])
    if "service" in words:
        return Principal.service(words["service"], words.get("region", ""))
    return Principal.provider(words["provider"]) if "provider" in words else Principal.anonymous()


def request_of(words: Words) -> Request:
    """What is asked."""
    return Request(
        principal_of(words["principal"]),
        words["action"],
        words["resource"],
        words.get("context", {}),
        words.get("resource_account", ""),
    )


def policies_of(words: Words) -> Policies:
    """The policies that apply."""
    resource = parse(words["resource"], "resource") if "resource" in words else None
    return Policies(
        identity=[parse(each) for each in words.get("identity", ())],
        boundary=parse(words["boundary"]) if "boundary" in words else None,
        session=[parse(each) for each in words["session"]] if "session" in words else None,
        resource=parse(words["trust"], "trust") if "trust" in words else resource,
        service_control=[[parse(each) for each in level] for level in words.get("service_control", ())],
        resource_control=[
            [parse(each, "resource") for each in level] for level in words.get("resource_control", ())
        ],
    )
