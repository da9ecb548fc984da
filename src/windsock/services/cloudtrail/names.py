"""What trails can be called.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
"""

from __future__ import annotations

import re
from typing import Final

from windsock.services.cloudtrail.errors import InvalidTrailName
from windsock.services.cloudtrail.limits import NAME_LENGTHS

_ADJACENT: Final = re.compile(r"[._-]{2}")
_ADDRESS: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]")


def check_name(name: str) -> None:
    """Raises InvalidTrailName for what is no name of a trail, with what is wrong with it."""
    least, most = NAME_LENGTHS[0], NAME_LENGTHS[-1]
    if len(name) < least:
        raise InvalidTrailName(
            f"Trail name too short. Minimum allowed length: {least} characters. "
            f"Specified name length: {len(name)} characters."
        )
    if len(name) > most:
        raise InvalidTrailName(
            f"Trail name too long. Maximum allowed length: {most} characters. "
            f"Specified name length: {len(name)} characters."
        )
    if not name[0].isalnum():
        raise InvalidTrailName("Trail name must starts with a letter or number.")
    if not name[-1].isalnum():
        raise InvalidTrailName("Trail name must ends with a letter or number.")
    if _OTHER.search(name):
        raise InvalidTrailName(
            "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), "
            "hyphens (-), and underscores (_)."
        )
    if _ADJACENT.search(name):
        raise InvalidTrailName(
            "Trail name cannot have adjacent periods (.), hyphens (-), or underscores (_)."
        )
    if _ADDRESS.fullmatch(name):
        raise InvalidTrailName("Trail name cannot be in the format of an IP address.")
