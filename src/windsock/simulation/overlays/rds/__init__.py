"""RDS: its events go to subscribers and the bus, modifications wait for their window, and logs grow.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html
"""
