"""S13, the event part: put-events -> rule -> SNS topic -> e-mail, through a real mail server.

The entries, the pattern and the message are the article's (seed lines 1773, 1784 and 1800).
"""

from __future__ import annotations

import json
import re
import socket
import threading
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.aws.conftest import AwsCli
from tests.servers import start

from windsock.testing import Server

ACCOUNT = "123456789012"
ENTRIES = """[
        {
            "Source": "com.ami.builder",
            "DetailType": "AmiBuilder",
            "Detail": "{ \\"AmiStatus\\": \\"Created\\"}",
            "Resources": [ "ami-12cd5guf" ]
        }
]"""
PATTERN = """{
  "detail-type": [
    "AmiBuilder"
  ],
  "source": [
    "com.ami.builder"
  ],
  "detail": {
    "AmiStatus": [
      "Created"
    ]
  }
}"""
OTHER_ENTRIES = ENTRIES.replace("Created", "Failed")


class Mailbox:
    """What the mail server was given."""

    def __init__(self) -> None:
        self._mails: list[Message] = []
        self._arrived = threading.Condition()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        with self._arrived:
            self._mails.append(message_from_bytes(envelope.content))
            self._arrived.notify_all()
        return "250 OK"

    def mail(self, number: int) -> Message:
        """The mail that came as the `number`th, once it is there."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self._mails) > number, timeout=30)
        return self._mails[number]

    def __len__(self) -> int:
        return len(self._mails)


def text_of(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


@pytest.fixture
def server(mailbox: tuple[Mailbox, str]) -> Iterator[Server]:
    with start("--memory", env={"WINDSOCK_SMTP_URL": mailbox[1]}) as running:
        yield running


def test_the_event_reaches_the_mailbox(server: Server, mailbox: tuple[Mailbox, str], tmp_path: Path) -> None:
    box, _ = mailbox
    aws = AwsCli(server.endpoint, ACCOUNT)
    entries = tmp_path / "ami_builder_event.json"
    entries.write_text(ENTRIES)

    topic = json.loads(aws("sns", "create-topic", "--name", "AmiBuilder-Notify"))["TopicArn"]
    words = ("--topic-arn", topic, "--protocol", "email", "--notification-endpoint", "ops@example.com")
    assert "pending confirmation" in aws("sns", "subscribe", *words)
    confirmation = box.mail(0)
    assert confirmation["To"] == "ops@example.com"
    link = re.search(r"http://\S+Action=ConfirmSubscription\S+", text_of(confirmation))
    assert link is not None

    aws("events", "put-rule", "--name", "AmiBuilder", "--event-pattern", PATTERN)
    aws("events", "put-targets", "--rule", "AmiBuilder", "--targets", f"Id=sns,Arn={topic}")

    # Not confirmed yet: the event goes nowhere. A failed build never does.
    aws("events", "put-events", "--entries", OTHER_ENTRIES)
    urllib.request.urlopen(link[0]).close()
    answer = json.loads(aws("events", "put-events", "--entries", f"file://{entries}"))
    assert answer["FailedEntryCount"] == 0

    mail = box.mail(1)
    assert mail["Subject"] == "AWS Notification Message"
    event = json.loads(text_of(mail).splitlines()[0])
    assert event.pop("id") == answer["Entries"][0]["EventId"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event.pop("time"))
    assert event == {
        "version": "0",
        "detail-type": "AmiBuilder",
        "source": "com.ami.builder",
        "account": ACCOUNT,
        "region": "us-east-1",
        "resources": ["ami-12cd5guf"],
        "detail": {"AmiStatus": "Created"},
    }
    assert len(box) == 2
