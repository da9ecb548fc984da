"""The sequence tokens that PutLogEvents once wanted, and still gives and ignores.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from __future__ import annotations


def sequence_token(stream_id: int) -> str:
    """The token of a stream: 56 digits, always the same, since nothing depends on it."""
    return f"49{stream_id:054d}"
