"""CloudWatch Logs filter patterns."""
