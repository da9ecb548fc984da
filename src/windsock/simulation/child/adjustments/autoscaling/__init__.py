"""Auto Scaling: instances come and go through lifecycle hooks, and what became of them is kept as activities.

moto keeps the groups and asks EC2 for instances; when that happens, and what an instance goes through before
and after, is decided here. An instance moves on by calls that windsock makes when they are due.
Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""
