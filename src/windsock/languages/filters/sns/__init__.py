"""SNS subscription filter policies."""
