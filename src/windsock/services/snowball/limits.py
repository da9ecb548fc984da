"""Limits of Snowball, and how long each part of a job takes.

Source: https://docs.aws.amazon.com/snowball/latest/api-reference/API_ListJobs.html
"""

from __future__ import annotations

from typing import Final

PAGE: Final = 100

# AWS names an hour for New, and ten days that a device may stay without a charge; the others are plausible.
_HOUR: Final = 3_600
_DAY: Final = 24 * _HOUR
SECONDS_OF_A_STATE: Final = {
    "New": _HOUR,
    "PreparingAppliance": _DAY,
    "PreparingShipment": _DAY,
    "InTransitToCustomer": 2 * _DAY,
    "WithCustomer": 10 * _DAY,
    "InTransitToAWS": 2 * _DAY,
    "WithAWSSortingFacility": _DAY,
    "WithAWS": _DAY,
    "InProgress": _DAY,
}

# How often a topic is tried that fails to take a message.
NOTICE_ATTEMPTS: Final = 50
