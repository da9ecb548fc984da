"""Limits of S3's notifications and policies.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/API_FilterRule.html
"""

from __future__ import annotations

from typing import Final

BYTES_OF_A_POLICY: Final = 20_480
CONFIGURATIONS_OF_A_BUCKET: Final = 100
CHARACTERS_OF_A_FILTER: Final = 1_024
