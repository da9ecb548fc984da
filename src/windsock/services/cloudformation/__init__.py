"""AWS CloudFormation: stacks, made and changed by calls, resource by resource.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
"""
