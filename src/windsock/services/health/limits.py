"""The limits of AWS Health besides those of its service model.

Source: https://docs.aws.amazon.com/health/latest/APIReference/API_DescribeEvents.html
"""

from __future__ import annotations

from typing import Final

PAGE_SIZE: Final = 100
"""Items of a page, at most and unless said otherwise."""
