"""The limits and defaults of CloudWatch besides those of its service model.

Sources: "CloudWatch service quotas"
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html and, where a line says
so, the page named there.
"""

from __future__ import annotations

from typing import Final

DATA_PER_CALL: Final = 1_000
"""Data of a PutMetricData.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, as for the
four below."""

VALUES_PER_DATUM: Final = 150
DIMENSIONS: Final = 30
OLDEST_MS: Final = 14 * 86_400_000
NEWEST_MS: Final = 2 * 3_600_000
"""How far the time of a datum may be from now."""

DATAPOINTS: Final = 1_440
"""Datapoints of a GetMetricStatistics. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html"""

QUERIES: Final = 500
"""Queries of a GetMetricData. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""

SERIES_FOUND: Final = 500
"""Time series of a SEARCH, of which a graph shows no more.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html"""

METRICS_PAGE: Final = 500
"""Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html"""

LISTED_MS: Final = 14 * 86_400_000
"""How long a metric without data is still listed. Source: as for the page."""

RECENTLY_MS: Final = 3 * 3_600_000
"""What counts as recently active in ListMetrics."""

ALARMS_PAGE: Final = 50
"""Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html"""

HISTORY_PAGE: Final = 100
HISTORY_DAYS: Final = 30
"""How long alarm history is kept. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html"""

ACTIONS: Final = 5
"""Actions of an alarm for each state."""

ALARM_QUERIES: Final = 20
"""Metrics and expressions of an alarm. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""

EVALUATED_SECONDS: Final = 7 * 86_400
"""Period times evaluation periods of an alarm, at most. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""

TAGS: Final = 50

DASHBOARDS: Final = 500
"""Dashboards of an account, as the post on the Dashboards API says (ACCEPTANCE, S11)."""

DASHBOARD_NAME: Final = 255
DASHBOARDS_PAGE: Final = 1_000
WIDGETS: Final = 500
"""Widgets of a dashboard."""

GRID: Final = 24
"""Columns of a dashboard. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""

KEPT: Final = ((1, 3 * 3600), (60, 15 * 86_400), (300, 63 * 86_400), (3600, 455 * 86_400))
"""For how many seconds datapoints of which period are kept; then they are rolled up to the next.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention"""
