"""Which operations only read, told by their names, as CloudTrail's `readOnly` does.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
("Read and write events")
"""

from __future__ import annotations

import re
from typing import Final

_READS: Final = re.compile(
    r"^(Get|List|Describe|Lookup|BatchGet|BatchDescribe|Search|Head|Select|Query|Scan|Test|Validate|Simulate"
    r"|Preview|Check|Estimate|Filter|Receive|Discover|Verify|View|Assume|Decode|Download|Poll)"
)


def is_read_only(operation: str) -> bool:
    """Whether an operation of that name changes nothing."""
    return _READS.match(operation) is not None
