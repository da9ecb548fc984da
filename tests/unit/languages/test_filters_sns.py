"""What messages filter policies accept: AWS's documented examples, recorded deliveries, and odd ones."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.filters import FilterPolicy, InvalidPolicy


def string(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def number(value: str) -> dict[str, str]:
    return {"DataType": "Number", "StringValue": value}


def array(*values: Any) -> dict[str, str]:
    return {"DataType": "String.Array", "StringValue": json.dumps(values)}


TRANSACTION = {
    "customer_interests": array("soccer", "rugby", "hockey"),
    "store": string("example_corp"),
    "event": string("order_placed"),
    "price_usd": number("210.75"),
}
TRANSACTION_BODY = json.dumps(
    {
        "customer_interests": ["soccer", "rugby", "hockey"],
        "store": "example_corp",
        "event": "order_placed",
        "price_usd": 210.75,
    }
)


@pytest.mark.parametrize(
    ("policy", "accepted"),
    [
        ({}, True),
        ({"store": ["example_corp"]}, True),
        ({"store": ["other_corp"]}, False),
        (
            {
                "store": ["example_corp"],
                "event": [{"anything-but": "order_cancelled"}],
                "customer_interests": ["rugby", "football", "baseball"],
                "price_usd": [{"numeric": [">=", 100]}],
            },
            True,
        ),
        ({"store": ["example_corp"], "encrypted": [False]}, False),
        ({"event": [{"prefix": "order_"}], "price_usd": [{"numeric": [">", 0, "<=", 150]}]}, False),
        ({"event": [{"suffix": "_placed"}]}, True),
        ({"event": [{"equals-ignore-case": "ORDER_PLACED"}]}, True),
        ({"event": [{"wildcard": "order*ced"}]}, True),
        ({"event": [{"anything-but": {"prefix": "order"}}]}, False),
        ({"event": [{"anything-but": {"wildcard": "*cancel*"}}]}, True),
        ({"price_usd": [210.75]}, True),
        ({"price_usd": [2.1075e2]}, True),
        ({"price_usd": ["210.75"]}, False),
        ({"price_usd": [{"numeric": ["=", 210.750]}]}, True),
        ({"price_usd": [{"anything-but": [100, 210.75]}]}, False),
        ({"customer_interests": [{"anything-but": ["rugby", "tennis"]}]}, True),
        ({"customer_interests": [{"anything-but": ["rugby", "soccer", "hockey"]}]}, False),
        ({"price_usd": [{"exists": True}], "refund": [{"exists": False}]}, True),
        ({"store": [{"exists": False}]}, False),
        ({"store": [{"exists": False}, "example_corp"]}, True),
        ({"refund": [None, {"anything-but": "whatever"}]}, False),
        ({"$or": [{"store": ["x"]}, {"price_usd": [{"numeric": ["<", 300]}]}]}, True),
        ({"$or": [{"store": ["x"]}, {"price_usd": [{"numeric": ["<", 210.75]}]}]}, False),
        ({"event": ["order_placed"], "$or": [{"store": ["x"]}, {"store": ["y"]}]}, False),
    ],
)
def test_attributes_and_body_alike(policy: dict[str, Any], accepted: bool) -> None:
    text = json.dumps(policy)
    assert FilterPolicy.parse(text).accepts("no JSON", TRANSACTION) is accepted
    assert FilterPolicy.parse(text, "MessageBody").accepts(TRANSACTION_BODY, {}) is accepted


@pytest.mark.parametrize(
    ("wanted", "attribute", "accepted"),
    [
        ([{"cidr": "10.0.0.0/24"}], string("10.0.0.255"), True),
        ([{"cidr": "10.0.0.77/24"}], string("10.0.0.1"), True),
        ([{"cidr": "10.0.0.0/24"}], string("10.1.1.0"), False),
        ([{"cidr": "10.0.0.0/24"}], string("no address"), False),
        ([{"cidr": "2001:db8::/64"}], string("2001:0db8::0001"), True),
        ([{"cidr": "2001:db8::/64"}], string("10.0.0.1"), False),
        ([True], array(True), True),
        ([True], array("true"), False),
        ([True], array(1), False),
        ([1], array(True), False),
        ([None], array(None), True),
        ([10], array(1e1), True),
        (["a"], array(), False),
        ([{"exists": False}], array(), True),
        (["a"], {"DataType": "String.Array", "StringValue": "not JSON"}, False),
        (["a"], {"DataType": "String.Array", "StringValue": '"a"'}, False),
        (["a"], {"DataType": "String.custom", "StringValue": "a"}, True),
        ([5], {"DataType": "Number.int", "StringValue": "5.0"}, True),
        ([{"exists": True}], {"DataType": "Binary", "BinaryValue": b"x"}, False),
        ([{"exists": False}], {"DataType": "Binary", "BinaryValue": b"x"}, True),
        ([{"numeric": [">=", 0, "<", 10]}], number("0"), True),
        ([{"numeric": [">=", 0, "<", 10]}], number("10"), False),
        ([{"numeric": [">", 0, "<=", 10]}], number("10.000"), True),
        ([{"numeric": [">", 0]}], string("5"), False),
        ([{"wildcard": "a\\*b*"}], string("a*bc"), True),
        ([{"wildcard": "a\\*b*"}], string("axbc"), False),
        ([{"anything-but": "a"}], number("1"), True),
    ],
)
def test_single_attributes(wanted: list[Any], attribute: dict[str, Any], accepted: bool) -> None:
    policy = FilterPolicy.parse(json.dumps({"key": wanted}))
    assert policy.accepts_attributes({"key": attribute}) is accepted


@pytest.mark.parametrize(
    ("policy", "body", "accepted"),
    [
        # Recorded at AWS: a dotted name and nested names are one path.
        ({"object.nested": ["string.value"]}, {"object": {"nested": "string.value"}}, True),
        ({"object.nested": ["string.value"]}, {"object.nested": "string.value"}, True),
        ({"object.nested": ["string.value"]}, {"object": {"nested": "test-auto"}}, False),
        ({"object.nested.test": ["v"]}, {"object": {"nested.test": "v"}}, True),
        ({"object.nested.test": ["v"]}, {"object.nested": {"test": "v"}}, True),
        (
            {
                "object": {"key": [{"prefix": "auto-"}], "nested_key": [{"exists": False}]},
                "test": [{"exists": False}],
            },
            {"object": {"key": "auto-test"}},
            True,
        ),
        (
            {"object": {"key": [{"prefix": "auto-"}], "nested_key": [{"exists": False}]}},
            {"object": {"key": "auto-test", "nested_key": 1}},
            False,
        ),
        ({"records": {"kind": ["a"], "size": [1]}}, {"records": [{"kind": "a", "size": 1}]}, True),
        (
            {"records": {"kind": ["a"], "size": [1]}},
            {"records": [{"kind": "a", "size": 2}, {"kind": "b", "size": 1}]},
            False,
        ),
        (
            {"a": {"x": [1]}, "b": {"y": [2]}},
            {"a": [{"x": 0}, {"x": 1}], "b": [{"y": 2}, {"y": 0}]},
            True,
        ),
        ({"a": {"x": [1], "y": [2]}}, {"a": [[{"x": 1}, {"y": 2}]]}, False),
        ({"a": {"x": [1], "y": [2]}}, {"a": {"x": [0, 1], "y": [2]}}, True),
        ({"a": ["v"]}, {"a": {"b": "v"}}, False),
        ({"a": [{"exists": True}]}, {"a": {"b": "v"}}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [{"exists": False}]}, {"a": []}, True),
    ],
)
def test_bodies(policy: dict[str, Any], body: dict[str, Any], accepted: bool) -> None:
    assert FilterPolicy.parse(json.dumps(policy), "MessageBody").accepts_body(json.dumps(body)) is accepted


@pytest.mark.parametrize(
    "body", ["", "text", "[]", '"x"', "1", "null", "{", "[" * 100_000, '{"a":' * 100_000]
)
def test_a_body_that_is_no_json_object_is_not_accepted(body: str) -> None:
    assert not FilterPolicy.parse('{"a": [{"exists": false}]}', "MessageBody").accepts_body(body)


def test_a_deep_body_is_judged_without_exhausting_the_stack() -> None:
    policy = FilterPolicy.parse(json.dumps({".".join("a" * 900): [1]}), "MessageBody")
    assert not policy.accepts_body('{"a":' * 900 + "1" + "}" * 900)
    assert not FilterPolicy.parse('{"a": [1]}', "MessageBody").accepts_body(
        '{"a":' + "[" * 900 + "]" * 900 + "}"
    )


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("[]", "Filter is not an object"),
        ('{"a": {}}', "Empty objects are not allowed"),
        ('{"$or": {}}', "It must be an Array followed with $or."),
        ('{"$or": [{"a": [1]}]}', "There must have at least 2 Objects in $or relationship."),
        ('{"$or": [1, 2]}', "Only JSON object is allowed in array of $or relationship."),
        (
            '{"$or": [{"prefix": [1]}, {"a": [1]}]}',
            "prefix is Ruler reserved fieldName which cannot be used inside $or.",
        ),
        ('{"a": [{}]}', "Match expression name not found"),
        ('{"a": [{"numeric": 1}]}', "Value of numeric must be an array."),
        ('{"a": [{"numeric": [">", 1e10]}]}', "Value must be between -1.0E9 and 1.0E9, inclusive"),
        (
            '{"a": [{"anything-but": ["x", 1]}]}',
            "Inside anything but list, either all values are number or string",
        ),
        (
            '{"a": [{"anything-but": [null]}]}',
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        (
            '{"a": [{"anything-but": true}]}',
            "Value of anything-but must be an array or single string/number value.",
        ),
        ('{"a": [{"wildcard": "a**"}]}', "Consecutive wildcard characters"),
        ('{"a": [{"wildcard": "a\\\\n"}]}', "Invalid escape character"),
        ('{"a": [{"cidr": "10.0.0.0/33"}]}', "IPv4 mask bits must be < 32"),
        ('{"a": ["' + "x" * 262_144 + '"]}', "Filter policy is too complex"),
        ('{"a":' * 5000 + '["x"]' + "}" * 5000, "Filter policy is too complex"),
        ('{"$or":[' * 5000, "failed to parse JSON. Unexpected end-of-input"),
        ('{"$or":[' * 500 + '{"a":[1]}' + "]}" * 500, "Filter policy is too complex"),
    ],
)
def test_refuses(policy: str, reason: str) -> None:
    with pytest.raises(InvalidPolicy) as refusal:
        FilterPolicy.parse(policy, "MessageBody")
    assert refusal.value.reason.startswith(f"FilterPolicy: {reason}")


def test_a_long_policy_is_shown_in_part() -> None:
    policy = json.dumps({"key": ["x" * 600, []]}, separators=(",", ":"))
    with pytest.raises(InvalidPolicy) as refusal:
        FilterPolicy.parse(policy)
    assert f'"{policy[:500]}"[truncated {len(policy) - 500} chars]; line: 1' in refusal.value.reason


def test_many_alternatives_are_refused_before_they_are_made() -> None:
    either = {"$or": [{"a": [1]}, {"b": [1]}]}
    policy = '{"a": {' + ",".join(json.dumps(either)[1:-1] for _ in range(40)) + "}}"
    with pytest.raises(InvalidPolicy, match="too complex"):
        FilterPolicy.parse(policy, "MessageBody")


def test_explains_field_by_field() -> None:
    policy = FilterPolicy.parse(
        '{"$or": [{"store": ["x", {"prefix": "y"}]}, {"price_usd": [{"numeric": [">", 1]}]}]}'
    )
    (store,), (price,) = policy.explain_attributes(TRANSACTION)
    assert (store.path, store.wanted, store.found, store.matched) == (
        "store",
        ('"x"', '{"prefix":"y"}'),
        ('"example_corp"',),
        False,
    )
    assert (price.wanted, price.found, price.matched) == (('{"numeric":[">",1]}',), ("210.75",), True)


def test_explains_a_body() -> None:
    policy = FilterPolicy.parse(
        '{"a": {"b": [1, {"exists": false}], "c": [{"anything-but": ["z"]}]}}', "MessageBody"
    )
    ((b, c),) = policy.explain_body('{"a": [{"c": "z"}, {"c": "y"}]}')
    assert (b.path, b.found, b.matched) == ("a.b", (), True)
    assert (c.wanted, c.found, c.matched) == (('{"anything-but":["z"]}',), ('"z"', '"y"'), True)


_LEAF = st.sampled_from([1, 2, "v", None, True])
_BODY = st.recursive(
    _LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)


def _flat(
    value: Any, path: str, chosen: dict[int, int], counter: list[int]
) -> list[tuple[str, Any, dict[int, int]]]:
    """Every leaf with its path and, for each array it is in, the index it has there."""
    if isinstance(value, dict):
        return [
            leaf
            for name, member in value.items()
            for leaf in _flat(member, f"{path}.{name}" if path else name, chosen, counter)
        ]
    if isinstance(value, list):
        counter[0] += 1
        here = counter[0]
        return [
            leaf
            for index, element in enumerate(value)
            for leaf in _flat(element, path, {**chosen, here: index}, counter)
        ]
    return [(path, value, chosen)]


@given(
    body=st.dictionaries(st.sampled_from("abc"), _BODY, max_size=3),
    wanted=st.dictionaries(
        st.sampled_from(["a", "b", "a.b", "a.c", "b.a", "a.b.c"]), _LEAF, min_size=1, max_size=3
    ),
)
@settings(max_examples=200, deadline=None)
def test_agrees_with_trying_every_choice_of_leaves(body: dict[str, Any], wanted: dict[str, Any]) -> None:
    leaves = _flat(body, "", {}, [0])
    candidates = [
        [
            chosen
            for leaf_path, value, chosen in leaves
            if leaf_path == path and type(value) is type(v) and value == v
        ]
        for path, v in wanted.items()
    ]
    expected = any(
        all(
            one.get(key, index) == index for one in choice for other in choice for key, index in other.items()
        )
        for choice in product(*candidates)
    )
    policy = FilterPolicy.parse(json.dumps({path: [value] for path, value in wanted.items()}), "MessageBody")
    assert policy.accepts_body(json.dumps(body)) is expected
