"""The limits and defaults of CloudTrail.

Sources: "Quotas in AWS CloudTrail"
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html and, where a line says
so, the page named there.
"""

from __future__ import annotations

from typing import Final

TRAILS_PER_REGION: Final = 5
"""Trails of an account that are visible in a region; multi-region trails count in each."""

EVENT_SELECTORS_PER_TRAIL: Final = 5
DATA_RESOURCES_PER_TRAIL: Final = 250
ADVANCED_CONDITIONS_PER_TRAIL: Final = 500
TAGS_PER_TRAIL: Final = 50

NAME_LENGTHS: Final = range(3, 129)
"""Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html"""

PREFIX_LENGTH: Final = 200
"""Characters of a trail's key prefix at most. Source: as for the names."""

HISTORY_DAYS: Final = 90
"""How long event history keeps an event.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html"""

LOOKUP_PAGE: Final = 50
"""Events of a page of LookupEvents, at most and unless said otherwise.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html"""

DELIVERY_MS: Final = 300_000
"""How often a trail delivers; CloudTrail says about five minutes.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html"""

DIGEST_MS: Final = 3_600_000
"""How often a trail that validates its files delivers digest files.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html"""

DIGEST_KEY_MS: Final = 365 * 86_400_000
DIGEST_KEY_BITS: Final = 2_048
"""How long a key signs digest files, which AWS does not say, and its size, that of AWS's signatures."""

RETRY_MS: Final = 60_000
"""Our own: when a delivery that windsock itself could not make is tried again."""

EVENTS_PER_FILE: Final = 5_000
"""Our own bound of a log file, for the memory that making one takes."""

EVENT_BYTES: Final = 256 * 1024
"""The greatest event; of a greater one the request and response are left out.
Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"""

UNWRITTEN: Final = 500
"""Our own bound of reading calls that are noted in memory only, before they are written by themselves."""
