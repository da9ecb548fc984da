"""Every limit and default of Amazon SNS that windsock keeps, each with its source.

Sizes are bytes; durations say their unit.
"""

from __future__ import annotations

from typing import Final

# https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
TOPIC_NAME_LENGTH: Final = 256
DISPLAY_NAME_LENGTH: Final = 100

# https://docs.aws.amazon.com/general/latest/gr/sns.html
MAX_TAGS: Final = 50
PAGE_SIZE: Final = 100
MAX_FILTER_POLICIES_PER_TOPIC: Final = 200

# https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
MAX_MESSAGE_BYTES: Final = 256 * 1024
MAX_SUBJECT_LENGTH: Final = 100
MAX_GROUP_ID_LENGTH: Final = 128

# https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
MAX_BATCH_ENTRIES: Final = 10
MAX_BATCH_ENTRY_ID_LENGTH: Final = 80

# https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
MAX_ATTRIBUTE_NAME_LENGTH: Final = 256
MAX_ATTRIBUTES_OF_RAW_MESSAGE: Final = 10

# https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
DEDUPLICATION_MS: Final = 5 * 60 * 1000

# https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html ("valid for two days")
CONFIRMATION_MS: Final = 2 * 24 * 60 * 60 * 1000

# https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html (Step 1)
HTTP_TIMEOUT_S: Final = 15

# https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
MAX_HTTP_RETRIES: Final = 100
MAX_HTTP_DELAY_S: Final = 3600

# https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html
MAX_CUSTOM_USER_DATA: Final = 2048

# windsock's own: how long a message is kept for retries at the least, and a mail or push for reading.
MESSAGE_KEPT_MS: Final = 60 * 60 * 1000
OUTBOX_KEPT_MS: Final = 14 * 24 * 60 * 60 * 1000
SMTP_TIMEOUT_S: Final = 30
