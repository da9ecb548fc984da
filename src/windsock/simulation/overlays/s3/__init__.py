"""S3: who may do what with buckets and objects, and what happens to objects is notified and announced.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-iam.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
"""
