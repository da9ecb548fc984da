// PutEvents -> rule -> queue with the AWS SDK for JavaScript v3, its own protocols and checks included.
import assert from "node:assert/strict";
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand, DeleteMessageCommand, GetQueueAttributesCommand, QueueDoesNotExist, ReceiveMessageCommand,
  SendMessageCommand, SQSClient,
} from "@aws-sdk/client-sqs";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";

const settings = {
  endpoint: process.env.AWS_ENDPOINT_URL,
  region: "us-east-1",
  credentials: { accessKeyId: "777788889999", secretAccessKey: "test" },
};
const events = new EventBridgeClient(settings);
const queues = new SQSClient(settings);
const topics = new SNSClient(settings);
const logs = new CloudWatchLogsClient(settings);

const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: "from-javascript" }));
const { Attributes } = await queues.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
);
await events.send(new PutRuleCommand({ Name: "js", EventPattern: JSON.stringify({ source: ["com.example.js"] }) }));
await events.send(new PutTargetsCommand({ Rule: "js", Targets: [{ Id: "1", Arn: Attributes.QueueArn }] }));
const put = await events.send(
  new PutEventsCommand({ Entries: [{ Source: "com.example.js", DetailType: "Greeting", Detail: '{"n": 1}' }] }),
);
assert.equal(put.FailedEntryCount, 0);

const received = await queues.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
const event = JSON.parse(received.Messages[0].Body);
assert.equal(event.id, put.Entries[0].EventId);
assert.equal(event.account, "777788889999");
assert.deepEqual(event.detail, { n: 1 });
await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: received.Messages[0].ReceiptHandle }));

// The SDK checks the MD5 of body and attributes by itself and throws when they differ.
await queues.send(
  new SendMessageCommand({
    QueueUrl,
    MessageBody: "with attributes \u00e9",
    MessageAttributes: { colour: { DataType: "String", StringValue: "red" } },
  }),
);
const { TopicArn } = await topics.send(new CreateTopicCommand({ Name: "from-javascript" }));
await topics.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: Attributes.QueueArn }));
await topics.send(new PublishCommand({ TopicArn, Message: "hello", Subject: "greeting" }));
const bodies = [];
while (bodies.length < 2) {
  const more = await queues.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"], MaxNumberOfMessages: 10 }),
  );
  assert.ok(more.Messages?.length, "both messages arrive");
  bodies.push(...more.Messages.map((message) => message.Body));
}
assert.ok(bodies.includes("with attributes \u00e9"));
assert.equal(JSON.parse(bodies.find((body) => body.startsWith("{"))).Message, "hello");

await assert.rejects(
  queues.send(new SendMessageCommand({ QueueUrl: QueueUrl.replace("from-javascript", "nowhere"), MessageBody: "x" })),
  (error) => error instanceof QueueDoesNotExist,
);
await logs.send(new CreateLogGroupCommand({ logGroupName: "/js" }));
const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/js" }));
assert.equal(logGroups[0].logGroupName, "/js");
console.log("the journey is complete");
