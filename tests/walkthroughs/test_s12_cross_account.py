"""S12: events between accounts, step by step. A is work, B is home, C a third account.

EC2 emits nothing by itself yet, so the state change is put as the service would, by `PutEvents` of a
custom source; what travels (account, resources, one hop) is what the article is about.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from windsock.testing import Server

A, B, C = "111111111111", "222222222222", "333333333333"
SOURCE = "com.example.ec2"
PATTERN = json.dumps({"source": [SOURCE], "detail-type": ["EC2 Instance State-change Notification"]})
INSTANCE = f"arn:aws:ec2:us-east-1:{A}:instance/i-1234567890abcdef0"

Client = Callable[..., Any]


class Account:
    """An account's clients, and a mailbox-like queue behind a topic."""

    def __init__(self, number: str, client: Client) -> None:
        self.number = number
        self.events = client("events", account=number)
        self.sqs = client("sqs", account=number)
        self.sns = client("sns", account=number)
        self.bus = f"arn:aws:events:us-east-1:{number}:event-bus/default"
        self.queue = self.sqs.create_queue(QueueName="inbox")["QueueUrl"]
        topic = self.sns.create_topic(Name="inbox")["TopicArn"]
        self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{number}:inbox")
        self.topic = topic

    def rule(self, name: str, target: str) -> None:
        self.events.put_rule(Name=name, EventPattern=PATTERN)
        answer = self.events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target}])
        assert answer["FailedEntryCount"] == 0

    def launch(self, resource: str) -> None:
        detail = json.dumps({"instance-id": resource.rpartition("/")[2], "state": "running"})
        answer = self.events.put_events(
            Entries=[
                {
                    "Source": SOURCE,
                    "DetailType": "EC2 Instance State-change Notification",
                    "Detail": detail,
                    "Resources": [resource],
                }
            ]
        )
        assert answer["FailedEntryCount"] == 0

    def received(self) -> list[dict[str, Any]]:
        found = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(json.loads(message["Body"])["Message"]))
        return found


def test_three_accounts(windsock: Server, client: Client) -> None:
    work, home, third = (Account(number, client) for number in (A, B, C))
    work.rule("to-home", home.bus)
    home.rule("mail", home.topic)

    # 1. Before B lets A in, nothing arrives, and A's journal says why.
    work.launch(INSTANCE)
    windsock.settle()
    assert home.received() == []
    way = windsock.get(f"events?account={A}")["events"][0]
    assert way["deliveries"][0]["state"] == "dead"
    assert "not authorized" in way["deliveries"][0]["failures"][0]["error"]

    # 2. With the permission it arrives as it was sent: A's account, A's resource.
    home.events.put_permission(Action="events:PutEvents", Principal=A, StatementId="from-work")
    work.launch(INSTANCE)
    windsock.settle()
    (event,) = home.received()
    assert (event["account"], event["resources"]) == (A, [INSTANCE])

    # 3. B forwards to C: A's event does not hop twice, B's own does hop once.
    third.events.put_permission(Action="events:PutEvents", Principal=B, StatementId="from-home")
    third.rule("mail", third.topic)
    home.rule("to-third", third.bus)
    work.launch(INSTANCE)
    windsock.settle()
    assert len(home.received()) == 1
    assert third.received() == []
    own = INSTANCE.replace(A, B)
    home.launch(own)
    windsock.settle()
    assert [event["account"] for event in third.received()] == [B]
    assert [event["resources"] for event in home.received()] == [[own]]  # 5. B's own instance mails too

    # 4. Anybody may, then nobody may.
    home.events.put_permission(Action="events:PutEvents", Principal="*", StatementId="everybody")
    third.rule("to-home", home.bus)
    third.launch(INSTANCE.replace(A, C))
    windsock.settle()
    assert [event["account"] for event in home.received()] == [C]
    home.events.remove_permission(StatementId="everybody")
    home.events.remove_permission(StatementId="from-work")
    work.launch(INSTANCE)
    third.launch(INSTANCE.replace(A, C))
    windsock.settle()
    assert home.received() == []

    # 6. Fan-out: two rules of one account to two accounts.
    for receiver in (home, third):
        receiver.events.put_permission(Action="events:PutEvents", Principal=A, StatementId="fan-out")
    work.rule("to-third", third.bus)
    third.received()
    work.launch(INSTANCE)
    windsock.settle()
    assert [event["account"] for event in home.received()] == [A]
    assert [event["account"] for event in third.received()] == [A]
