"""Limits of CloudFormation.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

from typing import Final

MAX_TEMPLATE_BODY: Final = 51_200
MAX_TEMPLATE_OBJECT: Final = 1_000_000
MAX_RESOURCES: Final = 500
MAX_PARAMETERS: Final = 200
MAX_OUTPUTS: Final = 200
MAX_MAPPINGS: Final = 200
MAX_STACKS: Final = 2_000
MAX_TAGS: Final = 50

# How long a stack that was deleted is still told of.
DELETED_KEPT_MS: Final = 90 * 24 * 3_600_000
# How many resources of a stack are worked on at once. AWS does not say; moto and SQLite have one lock each.
RESOURCES_AT_ONCE: Final = 16
# A custom resource that does not answer fails after an hour:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
CUSTOM_RESOURCE_SECONDS: Final = 3_600

PAGE_OF_STACKS: Final = 100
PAGE_OF_EVENTS: Final = 100
NOTICE_ATTEMPTS: Final = 5
