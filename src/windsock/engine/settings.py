"""What of the configuration the engine and the rooms look at, with the defaults tests run under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from windsock.kernel.limits import JOURNAL_KEEP_EVENTS, JOURNAL_KEEP_HOURS

IamMode = Literal["audit", "enforce", "off"]


@dataclass(frozen=True, slots=True)
class Upstream:
    """A real endpoint (scheme, host and port) that the calls of a service are passed on to.

    Without keys they are signed with the caller's; without a region, for the one that was called.
    """

    endpoint: str
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    region: str = ""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`endpoint` is where windsock is reached; `smtp_url` (empty: mails are kept) where mail goes.

    `rules_per_bus` raises AWS's quota of 300; the `journal_*` values bound what is kept of events.
    `node_modules` is where the AWS SDKs for JavaScript are installed, if anywhere; `interpreters` the
    programs that run functions, by the runtime's name (`python2.7`, or `node` for all of Node.js).
    `iam` says whether calls that IAM denies are noted (`audit`), refused (`enforce`) or not looked at.
    `upstreams` are the services that are passed on, by botocore's names; `issuers` the URLs at which issuers
    of web identity tokens are asked for their keys instead of at their own, by their names in IAM.
    """

    endpoint: str = "http://localhost:4566"
    smtp_url: str = ""
    rules_per_bus: int = 300
    journal_keep_hours: int = JOURNAL_KEEP_HOURS
    journal_keep_events: int = JOURNAL_KEEP_EVENTS
    node_modules: Path | None = None
    iam: IamMode = "audit"
    interpreters: Mapping[str, Path] = field(default_factory=dict)
    upstreams: Mapping[str, Upstream] = field(default_factory=dict)
    issuers: Mapping[str, str] = field(default_factory=dict)
