"""How long Glacier's jobs take: the longest that its documents call typical.

Source: https://docs.aws.amazon.com/amazonglacier/latest/dev/downloading-an-archive-two-steps.html
"""

from __future__ import annotations

from typing import Final

JOB_SECONDS: Final = {"Expedited": 5 * 60, "Standard": 5 * 3600, "Bulk": 12 * 3600}
