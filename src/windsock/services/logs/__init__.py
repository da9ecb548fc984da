"""Amazon CloudWatch Logs: groups and streams of log events, kept on disk until they expire."""
