"""EC2 and EBS: states that take their time, and the events of each.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html and
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html
"""
