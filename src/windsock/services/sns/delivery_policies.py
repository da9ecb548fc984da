"""When a failed delivery is tried again, and what an HTTP subscriber may change about that.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from windsock.services.sns.attribute_values import BadAttribute, json_object
from windsock.services.sns.limits import MAX_HTTP_DELAY_S, MAX_HTTP_RETRIES

JSON = dict[str, Any]

DEFAULT_RETRY_POLICY: Final[JSON] = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
DEFAULT_CONTENT_TYPE: Final = "text/plain; charset=UTF-8"

# How far along the way from the shortest to the longest delay a backoff is, at the fraction `x` of
# its retries; `ratio` is longest / shortest. AWS draws these curves and gives no formula: linear
# adds the same each time, arithmetic adds more each time, geometric multiplies by the same each
# time, exponential doubles what it adds.
_CURVES: Final[Mapping[str, Callable[[int, int, float], float]]] = {
    "linear": lambda step, last, ratio: step / last,
    "arithmetic": lambda step, last, ratio: step * (step + 1) / (last * (last + 1)),
    "geometric": lambda step, last, ratio: (ratio ** (step / last) - 1) / (ratio - 1),
    "exponential": lambda step, last, ratio: (2**step - 1) / (2**last - 1),
}


@dataclass(frozen=True, slots=True)
class RetrySchedule:
    """The four phases of retries: how many in each, and the delays in seconds."""

    immediate: int
    pre_backoff: int
    backoff: int
    post_backoff: int
    shortest_s: float
    longest_s: float
    function: str

    def delay_s(self, failures: int) -> float | None:
        """Seconds to wait after `failures` attempts have failed; None when there are no more."""
        if failures <= self.immediate:
            return 0
        step = failures - self.immediate
        if step <= self.pre_backoff:
            return self.shortest_s
        step -= self.pre_backoff
        if step <= self.backoff:
            return self._backed_off(step - 1)
        step -= self.backoff
        return self.longest_s if step <= self.post_backoff else None

    def _backed_off(self, step: int) -> float:
        last = self.backoff - 1
        if last <= 0 or self.longest_s <= self.shortest_s:
            return self.shortest_s
        part = _CURVES[self.function](step, last, self.longest_s / self.shortest_s)
        return self.shortest_s + (self.longest_s - self.shortest_s) * part


AWS_MANAGED: Final = RetrySchedule(3, 2, 10, 100_000, 1, 20, "exponential")
CUSTOMER_MANAGED: Final = RetrySchedule(0, 2, 10, 38, 10, 600, "exponential")


def retry_schedule(protocol: str, topic: Mapping[str, str], subscription: Mapping[str, str]) -> RetrySchedule:
    """The schedule of a subscription, from its protocol and, for HTTP, the attributes of both."""
    if protocol in ("http", "https"):
        return _schedule_of(effective_for_subscription(topic, subscription)["healthyRetryPolicy"])
    return AWS_MANAGED if protocol in ("sqs", "lambda", "firehose") else CUSTOMER_MANAGED


def content_type(topic: Mapping[str, str], subscription: Mapping[str, str]) -> str:
    """The Content-Type that an HTTP subscriber is sent."""
    chosen: str = effective_for_subscription(topic, subscription)["requestPolicy"]["headerContentType"]
    return chosen


def receives_per_second(topic: Mapping[str, str], subscription: Mapping[str, str]) -> int | None:
    """How many deliveries a second an HTTP subscriber is sent at most; None for any number."""
    throttle: JSON = effective_for_subscription(topic, subscription)["throttlePolicy"] or {}
    return throttle.get("maxReceivesPerSecond")


def confirmation_schedule(protocol: str) -> RetrySchedule:
    """The schedule by which a request to confirm is sent again."""
    return _schedule_of(DEFAULT_RETRY_POLICY) if protocol in ("http", "https") else CUSTOMER_MANAGED


def effective_for_topic(topic: Mapping[str, str]) -> JSON:
    """`EffectiveDeliveryPolicy` of a topic: its own over AWS's defaults."""
    own = orjson.loads(topic.get("DeliveryPolicy") or "{}").get("http", {})
    http: JSON = {
        "defaultHealthyRetryPolicy": DEFAULT_RETRY_POLICY | (own.get("defaultHealthyRetryPolicy") or {}),
        "disableSubscriptionOverrides": own.get("disableSubscriptionOverrides", False),
    }
    if own.get("defaultThrottlePolicy"):
        http["defaultThrottlePolicy"] = own["defaultThrottlePolicy"]
    http["defaultRequestPolicy"] = {"headerContentType": DEFAULT_CONTENT_TYPE} | (
        own.get("defaultRequestPolicy") or {}
    )
    return {"http": http}


def effective_for_subscription(topic: Mapping[str, str], subscription: Mapping[str, str]) -> JSON:
    """`EffectiveDeliveryPolicy` of an HTTP subscription: its own over its topic's."""
    base = effective_for_topic(topic)["http"]
    own = (
        {}
        if base["disableSubscriptionOverrides"]
        else orjson.loads(subscription.get("DeliveryPolicy") or "{}")
    )
    return {
        "healthyRetryPolicy": base["defaultHealthyRetryPolicy"] | (own.get("healthyRetryPolicy") or {}),
        "sicklyRetryPolicy": own.get("sicklyRetryPolicy"),
        "throttlePolicy": own.get("throttlePolicy") or base.get("defaultThrottlePolicy"),
        "requestPolicy": base["defaultRequestPolicy"] | (own.get("requestPolicy") or {}),
        "guaranteed": own.get("guaranteed", False),
    }


def check_topic_policy(text: str) -> None:
    """Raise BadAttribute unless `text` is a delivery policy a topic may have."""
    http = _member(json_object("DeliveryPolicy", text), "http", "http")
    if http is not None:
        _check_retries(http, "defaultHealthyRetryPolicy", "http.")
        _check_throttle(http, "defaultThrottlePolicy", "http.")
        _check_request(http, "defaultRequestPolicy", "http.")


def check_subscription_policy(text: str) -> None:
    """Raise BadAttribute unless `text` is a delivery policy a subscription may have."""
    policy = json_object("DeliveryPolicy", text)
    _check_retries(policy, "healthyRetryPolicy")
    _check_throttle(policy, "throttlePolicy")
    _check_request(policy, "requestPolicy")


def _schedule_of(policy: Mapping[str, Any]) -> RetrySchedule:
    immediate, first, last = (
        policy["numNoDelayRetries"], policy["numMinDelayRetries"], policy["numMaxDelayRetries"],
    )  # fmt: skip
    return RetrySchedule(
        immediate,
        first,
        policy["numRetries"] - immediate - first - last,
        last,
        policy["minDelayTarget"],
        policy["maxDelayTarget"],
        policy["backoffFunction"],
    )


def _member(policy: JSON, name: str, path: str) -> JSON | None:
    given = policy.get(name)
    if given is not None and not isinstance(given, dict):
        raise BadAttribute(f"DeliveryPolicy: {path} must be an object")
    return given


def _check_retries(parent: JSON, member: str, above: str = "") -> None:
    path = above + member
    given = _member(parent, member, path)
    if given is None:
        return
    policy = DEFAULT_RETRY_POLICY | given
    for name, most in (
        ("minDelayTarget", MAX_HTTP_DELAY_S), ("maxDelayTarget", MAX_HTTP_DELAY_S),
        ("numRetries", MAX_HTTP_RETRIES), ("numMaxDelayRetries", MAX_HTTP_RETRIES),
        ("numNoDelayRetries", MAX_HTTP_RETRIES), ("numMinDelayRetries", MAX_HTTP_RETRIES),
    ):  # fmt: skip
        least = 1 if name.endswith("Target") else 0
        if type(policy[name]) is not int or not least <= policy[name] <= most:
            raise BadAttribute(f"DeliveryPolicy: {path}.{name} must be between {least} and {most}")
    if policy["maxDelayTarget"] < policy["minDelayTarget"]:
        raise BadAttribute(
            f"DeliveryPolicy: {path}.maxDelayTarget must be greater than or equal to minDelayTarget"
        )
    if policy["backoffFunction"] not in _CURVES:
        raise BadAttribute(f"DeliveryPolicy: {path}.backoffFunction must be one of {', '.join(_CURVES)}")
    _check_sums(_schedule_of(policy), policy["numRetries"], path)


def _check_sums(schedule: RetrySchedule, retries: int, path: str) -> None:
    if schedule.backoff < 0:
        raise BadAttribute(
            f"DeliveryPolicy: {path}.numRetries must be greater than or equal to the sum of "
            "numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries"
        )
    if sum(schedule.delay_s(failures) or 0 for failures in range(1, retries + 1)) > MAX_HTTP_DELAY_S:
        raise BadAttribute(f"DeliveryPolicy: {path} exceeds the maximum total delay of 3600 seconds")


def _check_throttle(parent: JSON, member: str, above: str = "") -> None:
    path = above + member
    given = _member(parent, member, path)
    if given is None:
        return
    rate = given.get("maxReceivesPerSecond")
    if type(rate) is not int or rate < 1:
        raise BadAttribute(f"DeliveryPolicy: {path}.maxReceivesPerSecond must be greater than or equal to 1")


def _check_request(parent: JSON, member: str, above: str = "") -> None:
    path = above + member
    given = _member(parent, member, path) or {}
    if not isinstance(given.get("headerContentType", ""), str):
        raise BadAttribute(f"DeliveryPolicy: {path}.headerContentType must be a string")
