"""Redshift: clusters that are made, resized and maintained in their time, and subscribers that are told.

Source: https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html
"""
