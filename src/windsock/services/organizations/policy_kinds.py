"""The words for features and types of policy."""

from __future__ import annotations

from typing import Final

SERVICE_CONTROL: Final = "SERVICE_CONTROL_POLICY"
RESOURCE_CONTROL: Final = "RESOURCE_CONTROL_POLICY"
ALL_FEATURES: Final = "ALL"
