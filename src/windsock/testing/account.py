"""One account of a windsock, as a test uses it: clients, what became of events, what IAM would deny."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from windsock.testing.server import Server


class Account:
    """An account in a region; its root calls. `server` is the windsock it lives in."""

    def __init__(self, server: Server, number: str, region: str) -> None:
        self.server = server
        self.number = number
        self.region = region

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead SDKs and the AWS CLI to this account."""
        return {
            "AWS_ENDPOINT_URL": self.server.endpoint,
            "AWS_ACCESS_KEY_ID": self.number,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }

    def client(self, service: str, region: str = "") -> Any:
        """A boto3 client, in another region if one is given."""
        import boto3  # takes long, and some tests have code of their own that calls

        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.server.endpoint,
            region_name=region or self.region,
            aws_access_key_id=self.number,
            aws_secret_access_key="test",  # noqa: S106 - any will do
        )

    def advance(self, span: str | float | timedelta) -> None:
        """Let virtual time pass, for all accounts of the server: `"30d"`, seconds, or a timedelta."""
        self.server.advance(span)

    def settle(self) -> None:
        """Return once nothing is under way any more."""
        self.server.settle()

    def events(self, limit: int = 100) -> list[dict[str, Any]]:
        """The newest events, newest first, each with its way: what matched, each delivery and its errors."""
        found: list[dict[str, Any]] = self.server.get("events", limit=str(limit), **self._place)["events"]
        return found

    def way_of(self, event_id: str) -> list[dict[str, Any]]:
        """The ways of one event: one for each bus it reached. Raises Refused for one that is not known."""
        ways: list[dict[str, Any]] = self.server.get("events", id=event_id, **self._place)["events"]
        return ways

    def why(self, event_id: str, rule: str, bus: str = "default") -> str:
        """Whether a rule matches an event, and field by field why or why not, as text. Raises Refused."""
        answer = self.server.get("why", event=event_id, rule=rule, bus=bus, **self._place)
        return str(answer["text"])

    def denied(self) -> list[dict[str, Any]]:
        """What IAM has denied, or would have, to callers of the account or on its resources, latest first."""
        every = self.server.get("iam/denied")["denied"]
        return [each for each in every if self.number in each["user"] + each["resource"]]

    @property
    def _place(self) -> dict[str, str]:
        return {"account": self.number, "region": self.region}
