"""Auto Scaling's timers, events and notifications; what a group does is decided in the child.

See `simulation/child/adjustments/autoscaling`.
"""
