"""Glue: job runs and crawls with the events of each.

Source: https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
"""
