"""Limits of RDS's log files, and how fast those of simulated instances grow.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html and, for
how long files are kept, https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.html
"""

from __future__ import annotations

from typing import Final

LINES_OF_A_PORTION: Final = 10_000
BYTES_OF_A_PORTION: Final = 1024 * 1024
FILES_OF_AN_ANSWER: Final = 10_000

HOURS_KEPT: Final = 72
SECONDS_BETWEEN_LINES: Final = 300
