"""S3: what happens to objects is notified to topics, queues and functions, and announced on the bus.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
"""
