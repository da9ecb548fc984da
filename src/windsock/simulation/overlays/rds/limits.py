"""Limits of RDS's log files, how fast those of simulated instances grow, and when storage is short.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html,
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.html (how long files are kept) and
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html (RDS-EVENT-0089)
"""

from __future__ import annotations

from typing import Final

LINES_OF_A_PORTION: Final = 10_000
BYTES_OF_A_PORTION: Final = 1024 * 1024
FILES_OF_AN_ANSWER: Final = 10_000

HOURS_KEPT: Final = 72
SECONDS_BETWEEN_LINES: Final = 300

# Storage is low when less than this share is free, and exhausted when less than these bytes are.
LOW_STORAGE_PERCENT: Final = 10
EXHAUSTED_BYTES: Final = 1024 * 1024
