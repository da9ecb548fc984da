"""AWS Snowball: addresses, and jobs that go through their states in their time. No device moves and no data.

Source: https://docs.aws.amazon.com/snowball/latest/api-reference/Welcome.html
"""
