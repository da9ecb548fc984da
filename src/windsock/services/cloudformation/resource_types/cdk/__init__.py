"""The AWS CDK."""
