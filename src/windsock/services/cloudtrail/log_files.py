"""Log files: events of one trail and one region that are delivered together.

A file is named after the round of deliveries and its first event, so that delivering it again after a crash
writes the same file.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from windsock.kernel.clock import to_datetime
from windsock.kernel.scope import Scope
from windsock.services.cloudtrail.placing import key_prefix
from windsock.store.statements import Row


@dataclass(frozen=True)
class LogFile:
    """A log file; `round_ms` is when it is due, `events` are rows of the event history, oldest first: of one
    account, which may be another than the trail's, and one region."""

    trail: Row
    settings: Mapping[str, Any]
    account: str
    region: str
    round_ms: int
    events: Sequence[Row]

    @property
    def home(self) -> Scope:
        """Where the trail is."""
        return Scope(self.trail.account, self.trail.region)

    @property
    def scope(self) -> Scope:
        """Where the events happened."""
        return Scope(self.account, self.region)

    @property
    def bucket(self) -> str:
        """The bucket it goes to."""
        return str(self.settings["S3BucketName"])

    @property
    def key(self) -> str:
        """Its key."""
        moment, unique = to_datetime(self.round_ms), self.events[0].id[-16:]
        return (
            f"{key_prefix(self.account, self.settings)}CloudTrail/{self.region}/{moment:%Y/%m/%d}/"
            f"{self.account}_CloudTrail_{self.region}_{moment:%Y%m%dT%H%MZ}_{unique}.json.gz"
        )

    @cached_property
    def content(self) -> bytes:
        """What is in it."""
        return orjson.dumps({"Records": [orjson.Fragment(event.body) for event in self.events]})
