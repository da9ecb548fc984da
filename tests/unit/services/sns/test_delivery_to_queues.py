"""Publish to SQS: the envelope, raw delivery, filters, texts by protocol, dead letters, restarts."""

from __future__ import annotations

import json

import pytest
from tests.conftest import Driver
from tests.unit.services.sns.sns_helpers import (
    NOTIFICATION,
    QUEUE_ARN,
    bodies,
    is_signed,
    make_queue,
    make_topic,
    receive,
    subscribe,
)

from windsock.engine.tables import metric_minutes
from windsock.kernel.errors import AwsError
from windsock.services.sns import signing_certificate
from windsock.services.sns.tables import messages

BINARY = {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


async def test_a_notification_is_the_envelope_aws_sends(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    subscription = await subscribe(driver, topic, "sqs", QUEUE_ARN + "q")
    published = await driver(
        "sns", "Publish", TopicArn=topic, Subject="Hi", Message='say "hello"\nto all',
        MessageAttributes={"store": text("example"), "bytes": BINARY},
    )  # fmt: skip
    [body] = await bodies(driver, url)
    fields = json.loads(body)
    assert list(fields) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
        "SigningCertURL", "UnsubscribeURL", "MessageAttributes",
    ]  # fmt: skip
    assert body.startswith(
        '{\n  "Type" : "Notification",\n  "MessageId" : "' + published["MessageId"] + '",\n  "TopicArn" : '
    )
    assert body.endswith(
        '  "MessageAttributes" : {\n    "store" : {"Type":"String","Value":"example"},\n'
        '    "bytes" : {"Type":"Binary","Value":"AgME"}\n  }\n}'
    )
    assert fields["Message"] == 'say "hello"\nto all'
    assert fields["Timestamp"] == "2017-01-02T00:00:00.000Z"
    assert fields["UnsubscribeURL"] == (
        f"http://localhost:4566/?Action=Unsubscribe&SubscriptionArn={subscription}"
    )


@pytest.mark.parametrize("version", ["1", "2"])
async def test_subscribers_can_verify_the_signature(driver: Driver, version: str) -> None:
    topic, url = await make_topic(driver, SignatureVersion=version), await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q")
    await driver("sns", "Publish", TopicArn=topic, Message="signed")
    await driver("sns", "Publish", TopicArn=topic, Message="signed", Subject="with subject")
    certificate = await signing_certificate(driver.engine)
    received = [json.loads(body) for body in await bodies(driver, url)]
    assert len(received) == 2
    for fields in received:
        assert fields["SignatureVersion"] == version
        assert is_signed(fields, NOTIFICATION, certificate)
        assert fields["SigningCertURL"].startswith(
            "http://localhost:4566/_windsock/sns/SimpleNotificationService-"
        )


async def test_raw_delivery_maps_attributes(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    await driver(
        "sns", "Publish", TopicArn=topic, Message="as it is",
        MessageAttributes={"store": text("example"), "bytes": BINARY},
    )  # fmt: skip
    [message] = await receive(driver, url)
    assert message["Body"] == "as it is"
    assert message["MessageAttributes"] == {"store": text("example"), "bytes": BINARY}


async def test_a_raw_message_with_too_many_attributes_fails(
    driver: Driver,
) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    await driver(
        "sns", "Publish", TopicArn=topic, Message="m",
        MessageAttributes={f"a{number}": text("x") for number in range(11)},
    )  # fmt: skip
    assert await bodies(driver, url) == []
    assert await metric(driver, "NumberOfNotificationsFailed") == 1


async def test_filters_choose_by_attributes_or_body(driver: Driver) -> None:
    topic = await make_topic(driver)
    by_attribute, by_body = await make_queue(driver, "a"), await make_queue(driver, "b")
    await subscribe(
        driver, topic, "sqs", QUEUE_ARN + "a", RawMessageDelivery="true", FilterPolicy='{"store":["here"]}'
    )
    await subscribe(
        driver, topic, "sqs", QUEUE_ARN + "b", RawMessageDelivery="true",
        FilterPolicy='{"n":{"m":[{"numeric":[">",3]}]}}', FilterPolicyScope="MessageBody",
    )  # fmt: skip
    await driver(
        "sns", "Publish", TopicArn=topic, Message='{"n":{"m":2}}', MessageAttributes={"store": text("here")}
    )
    await driver(
        "sns", "Publish", TopicArn=topic, Message='{"n":{"m":4}}', MessageAttributes={"store": text("there")}
    )
    assert await bodies(driver, by_attribute) == ['{"n":{"m":2}}']
    assert await bodies(driver, by_body) == ['{"n":{"m":4}}']
    await driver("sns", "Publish", TopicArn=topic, Message="no JSON")
    for kind, times in {
        "": 4,
        "-MessageAttributes": 2,
        "-NoMessageAttributes": 1,
        "-MessageBody": 2,
        "-InvalidMessageBody": 1,
    }.items():
        assert await metric(driver, f"NumberOfNotificationsFilteredOut{kind}") == times
    assert await metric(driver, "NumberOfNotificationsDelivered") == 2
    assert await metric(driver, "NumberOfMessagesPublished") == 3


async def test_a_filter_that_is_set_later_counts_at_once(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    subscription = await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    await driver("sns", "Publish", TopicArn=topic, Message="before")
    await driver(
        "sns", "SetSubscriptionAttributes", SubscriptionArn=subscription, AttributeName="FilterPolicy",
        AttributeValue='{"store":["here"]}',
    )  # fmt: skip
    await driver("sns", "Publish", TopicArn=topic, Message="after")
    assert await bodies(driver, url) == ["before"]


async def test_a_change_that_is_refused_leaves_the_subscribers_as_they_were(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    subscription = await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    await driver("sns", "Publish", TopicArn=topic, Message="one")
    with pytest.raises(AwsError):
        await driver(
            "sns", "SetSubscriptionAttributes", SubscriptionArn=subscription,
            AttributeName="FilterPolicy", AttributeValue='{"store": 1}',
        )  # fmt: skip
    await driver("sns", "Publish", TopicArn=topic, Message="two")
    assert sorted(await bodies(driver, url)) == ["one", "two"]


async def test_a_structured_message_has_a_text_for_each_protocol(driver: Driver) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    for message in ({"default": "d", "sqs": "for queues"}, {"default": "d", "email": "for people"}):
        await driver("sns", "Publish", TopicArn=topic, Message=json.dumps(message), MessageStructure="json")
    assert sorted(await bodies(driver, url)) == ["d", "for queues"]


async def test_what_a_deleted_queue_does_not_take_goes_to_the_dead_letter_queue(driver: Driver) -> None:
    topic, dead = await make_topic(driver), await make_queue(driver, "dead")
    await subscribe(
        driver,
        topic,
        "sqs",
        QUEUE_ARN + "gone",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": QUEUE_ARN + "dead"}),
    )
    await driver("sns", "Publish", TopicArn=topic, Message="kept all the same")
    [body] = await bodies(driver, dead)
    assert json.loads(body)["Message"] == "kept all the same"
    assert await metric(driver, "NumberOfNotificationsRedrivenToDlq") == 1


async def test_queues_of_other_regions_and_accounts_are_reached(driver: Driver) -> None:
    topic = await make_topic(driver)
    url = (await driver("sqs", "CreateQueue", QueueName="far", account="111122223333", region="eu-west-1"))[
        "QueueUrl"
    ]
    far = "arn:aws:sqs:eu-west-1:111122223333:far"
    # The owner of the queue subscribes it to the topic of another account: no confirmation is needed.
    answer = await driver(
        "sns", "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=far, account="111122223333"
    )
    assert answer["SubscriptionArn"].startswith(topic)
    await driver("sns", "Publish", TopicArn=topic, Message="hello")
    await driver.settle()
    received = await driver("sqs", "ReceiveMessage", QueueUrl=url, account="111122223333", region="eu-west-1")
    assert json.loads(received["Messages"][0]["Body"])["Message"] == "hello"


async def test_a_queue_of_another_account_is_asked_to_confirm(driver: Driver) -> None:
    topic = await make_topic(driver)
    url = (await driver("sqs", "CreateQueue", QueueName="theirs", account="111122223333"))["QueueUrl"]
    answer = await driver(
        "sns", "Subscribe", TopicArn=topic, Protocol="sqs",
        Endpoint="arn:aws:sqs:us-east-1:111122223333:theirs",
    )  # fmt: skip
    assert answer["SubscriptionArn"] == "pending confirmation"
    await driver.settle()
    received = await driver("sqs", "ReceiveMessage", QueueUrl=url, account="111122223333")
    fields = json.loads(received["Messages"][0]["Body"])
    assert fields["Type"] == "SubscriptionConfirmation"
    await driver("sns", "ConfirmSubscription", TopicArn=topic, Token=fields["Token"])
    listed = await driver("sns", "ListSubscriptions")
    assert [each["Protocol"] for each in listed["Subscriptions"]] == ["sqs"]


async def test_delivered_messages_are_forgotten_after_a_while(driver: Driver) -> None:
    topic = await make_topic(driver)
    await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q")
    await driver("sns", "Publish", TopicArn=topic, Message="m")
    await driver.settle()
    assert driver.engine.store.read(lambda tx: len(tx.rows(messages.select()))) == 1
    await driver.advance(2 * 3600)
    assert driver.engine.store.read(lambda tx: len(tx.rows(messages.select()))) == 0


async def metric(driver: Driver, name: str) -> float:
    """The sum of a metric of the topic `news` so far."""
    await make_topic(driver, "another")  # measurements are written with the next change
    rows = driver.engine.store.read(
        lambda tx: tx.rows(metric_minutes.select().where(metric_minutes.c.name == name))
    )
    assert {(row.namespace, row.dimensions) for row in rows} <= {("AWS/SNS", '{"TopicName":"news"}')}
    return sum(float(row.total) for row in rows)


async def test_waiting_messages_are_sent_together_and_one_that_cannot_be_holds_up_no_other(
    driver: Driver,
) -> None:
    topic, url = await make_topic(driver), await make_queue(driver, "q")
    await subscribe(driver, topic, "sqs", QUEUE_ARN + "q", RawMessageDelivery="true")
    too_many = {f"a{number}": text("x") for number in range(11)}
    entries = [{"Id": str(number), "Message": str(number)} for number in range(9)]
    await driver(
        "sns", "PublishBatch", TopicArn=topic,
        PublishBatchRequestEntries=[
            *entries[:4], {"Id": "bad", "Message": "bad", "MessageAttributes": too_many}, *entries[4:],
        ],
    )  # fmt: skip
    assert sorted(await bodies(driver, url)) == [str(number) for number in range(9)]
    answered = driver.engine.telemetry.exposition().decode()
    assert 'operation="SendMessageBatch"' in answered
    assert 'operation="SendMessage"' not in answered
    rows = driver.engine.store.read(
        lambda tx: tx.rows(metric_minutes.select().where(metric_minutes.c.namespace == "AWS/SNS"))
    )
    counted = {row.name: row.total for row in rows}
    assert counted["NumberOfNotificationsDelivered"] == 9
    assert counted["NumberOfNotificationsFailed"] == 1
    assert counted["NumberOfMessagesPublished"] == 10
