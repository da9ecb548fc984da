"""What was seen of a call while moto answered it, beyond the answer itself.

A call that only reads may still change something: the first one to reach a service in a region makes its
default resources there. So whether a call has to be replayed is observed, not guessed from its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Observed:
    """`changed`: state is other than before. `unrepeatable`: running it again would make something else.

    `happenings` tells what happened to resources, for those who announce it; `bodies` names the files that
    were made.
    """

    changed: bool = False
    unrepeatable: bool = False
    happenings: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


_now = Observed()


def begin() -> Observed:
    """Start to watch a call."""
    global _now  # noqa: PLW0603  (one call at a time is answered here)
    _now = Observed()
    return _now


def change() -> None:
    """State changed."""
    _now.changed = True


def unrepeatable_change() -> None:
    """State changed in a way that no replay would: a key was drawn from the machine's own randomness."""
    _now.changed = _now.unrepeatable = True


def happened(name: str, account: str, region: str, **facts: Any) -> None:
    """Something happened to a resource of an account in a region."""
    _now.changed = True
    _now.happenings.append({"name": name, "account": account, "region": region, "facts": facts})


def earlier(name: str, **known: Any) -> dict[str, Any] | None:
    """The facts of what happened within this call under that name with these facts, if anything did."""
    for happening in _now.happenings:
        facts: dict[str, Any] = happening["facts"]
        if happening["name"] == name and all(facts.get(member) == value for member, value in known.items()):
            return facts
    return None


def made_body(name: str) -> None:
    """A file was made for the body of an object."""
    _now.bodies.append(name)
