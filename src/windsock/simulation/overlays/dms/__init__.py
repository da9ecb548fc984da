"""DMS: replication tasks take their time and may fail; subscribers and the bus are told.

Source: https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html
"""
