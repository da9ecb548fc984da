"""The functions, found by themselves: a body under `@function`.

Source of all: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""
