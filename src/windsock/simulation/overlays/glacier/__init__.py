"""Glacier: jobs are done in their time, and whom the vault or the job names is told.

Source: https://docs.aws.amazon.com/amazonglacier/latest/dev/configuring-notifications.html
"""
