"""Which messages a subscriber wants: SNS filter policies and CloudWatch Logs filter patterns.

    policy = FilterPolicy.parse('{"store": ["example_corp"]}', "MessageAttributes")
    policy.accepts_attributes({"store": {"DataType": "String", "StringValue": "example_corp"}})   # True

    LogFilter.parse('{ $.eventType = "Update*" }').accepts('{"eventType": "UpdateTrail"}')   # True

Sources: "Amazon SNS subscription filter policies"
https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html and "Filter pattern syntax for
metric filters, subscription filters, filter log events, and Live Tail"
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from windsock.languages.filters.logs.errors import InvalidFilter
from windsock.languages.filters.logs.pattern import LogFilter
from windsock.languages.filters.sns.errors import InvalidPolicy
from windsock.languages.filters.sns.explain import FieldVerdict
from windsock.languages.filters.sns.policy import FilterPolicy, Scope, is_filterable_body

__all__ = [
    "FieldVerdict",
    "FilterPolicy",
    "InvalidFilter",
    "InvalidPolicy",
    "LogFilter",
    "Scope",
    "is_filterable_body",
]
