"""What was done for a tested state, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from windsock.languages.asl.document import Document
from windsock.languages.asl.trials import Result
from windsock.services.stepfunctions.integrations.http_endpoints import Exchange


@dataclass(frozen=True, slots=True)
class Performed:
    """The result of the state's work, if it has any; the items of a Map; the exchange of an HTTP Task."""

    result: Result | None = None
    items: Document | None = None
    exchange: Exchange | None = None
