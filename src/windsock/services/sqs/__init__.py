"""Amazon Simple Queue Service: standard and FIFO queues, durable.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html
"""
