"""AWS CloudFormation itself."""
