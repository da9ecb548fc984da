"""Amazon EventBridge, which was CloudWatch Events."""
