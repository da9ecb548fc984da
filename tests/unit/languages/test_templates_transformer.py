"""Input transformers: the examples AWS documents, its refusals, and what events do to a template."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.templates import InvalidTemplate, Transformer, TransformFailed

EVENT: dict[str, Any] = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "account": "123456789012",
    "time": "2015-11-11T21:29:54Z",
    "region": "us-east-1",
    "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
    "detail": {"instance-id": "i-0123456789", "state": "RUNNING", "note": None, "count": 3, "spot": True},
}
PATHS = {
    "timestamp": "$.time",
    "instance": "$.detail.instance-id",
    "state": "$.detail.state",
    "detail": "$.detail",
    "resources": "$.resources",
    "note": "$.detail.note",
    "count": "$.detail.count",
    "spot": "$.detail.spot",
    "absent": "$.detail.absent",
}
RESERVED = {
    "aws.events.rule-arn": "arn:aws:events:us-east-2:123456789012:rule/example",
    "aws.events.rule-name": "example",
    "aws.events.event.ingestion-time": "2015-11-11T21:29:55Z",
}


def render(template: str, event: dict[str, Any] = EVENT) -> str:
    return Transformer.parse(PATHS, template).render(event, RESERVED)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'),
        ('"instance \\"<instance>\\" is in <state>"', '"instance \\"i-0123456789\\" is in RUNNING"'),
        (
            '{\n  "instance" : <instance>,\n  "state": <state>\n}',
            '{"instance":"i-0123456789","state":"RUNNING"}',
        ),
        (
            '{\n "instance" : <instance>,\n "state": "<state>",\n'
            ' "instanceStatus": "instance \\"<instance>\\" is in <state>"\n}',
            '{"instance":"i-0123456789","state":"RUNNING",'
            '"instanceStatus":"instance \\"i-0123456789\\" is in RUNNING"}',
        ),
        (
            '{ "instance" : <instance>, "state": [ 9, <state>, true ], "Transformed" : "Yes" }',
            '{"instance":"i-0123456789","state":[9,"RUNNING",true],"Transformed":"Yes"}',
        ),
        ('"<aws.events.rule-name> triggered"', '"example triggered"'),
    ],
)
def test_the_documented_examples(template: str, expected: str) -> None:
    assert render(template) == expected


def test_the_documented_reserved_variables() -> None:
    rendered = json.loads(
        render(
            '{"ruleArn": <aws.events.rule-arn>, "ruleName": <aws.events.rule-name>,'
            ' "at": "<aws.events.event.ingestion-time>",'
            ' "short": <aws.events.event>, "event": <aws.events.event.json>}'
        )
    )
    assert rendered["ruleArn"] == RESERVED["aws.events.rule-arn"]
    assert rendered["ruleName"] == "example"
    assert rendered["at"] == "2015-11-11T21:29:55Z"
    assert rendered["event"] == EVENT
    assert rendered["short"]["detailType"] == EVENT["detail-type"]
    assert rendered["short"].keys() == (EVENT.keys() - {"detail", "detail-type"}) | {"detailType"}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<instance>", '"i-0123456789"'),
        ("<detail>", '{"instance-id":"i-0123456789","state":"RUNNING","note":null,"count":3,"spot":true}'),
        (
            '{"a": <resources>, "b": [<count>, <note>, <spot>]}',
            f'{{"a":{json.dumps(EVENT["resources"])},"b":[3,null,true]}}',
        ),
        ('{"a": "<count> <note> <spot>"}', '{"a":"3 null true"}'),
        ('"<count> <note> <spot>"', '"3 null true"'),
        ('{"a": <absent>, "b": "<absent>"}', '{"a":"","b":""}'),
        ('"was <absent>."', '"was ."'),
        ('"resources <resources>"', f'"resources [{EVENT["resources"][0]}]"'),
        ('"<detail>"', '"{instance-id:i-0123456789,state:RUNNING,note:null,count:3,spot:true}"'),
        ('"instance <instance>"\n"is <state>"', '"instance i-0123456789"\n"is RUNNING"'),
        ('{"n": 1.50e3, "ü": "\\u00fc"}', '{"n":1.50e3,"ü":"\\u00fc"}'),
        ('{"math": "1 < 2 > 0", "email": "<b.c@d>"}', '{"math":"1 < 2 > 0","email":"<b.c@d>"}'),
        ('{"\ue000": "<state>\ue001", "\ue002": <state>}', '{"\ue000":"RUNNING\ue001","\ue002":"RUNNING"}'),
        ("true", "true"),
    ],
)
def test_renders(template: str, expected: str) -> None:
    assert render(template) == expected


def test_outside_quotes_values_are_escaped() -> None:
    event = {"detail": {"state": 'say "hi"\n\\'}}
    assert json.loads(render('{"a": <state>, "b": [<detail>]}', event)) == {
        "a": 'say "hi"\n\\',
        "b": [event["detail"]],
    }


@pytest.mark.parametrize("value", ['say "hi"', "line\nbreak", "back\\slash", {"an": "object"}])
def test_inside_quotes_values_are_not_escaped_and_can_spoil_a_json_template(value: Any) -> None:
    with pytest.raises(TransformFailed):
        render('{"a": "<state>"}', {"detail": {"state": value}})


def test_inside_quotes_a_value_that_is_escaped_already_is_taken_as_it_is() -> None:
    assert render('{"a": "<state>"}', {"detail": {"state": 'say \\"hi\\"'}}) == '{"a":"say \\"hi\\""}'


def test_a_string_template_takes_any_value() -> None:
    assert render('"it says <state>"', {"detail": {"state": 'say "hi"'}}) == '"it says say "hi""'


def test_an_undefined_placeholder_is_refused_as_recorded_at_aws() -> None:
    paths = {"detail-type": "$.detail-type", "timestamp": "$.time", "command": "$.detail.command"}
    with pytest.raises(InvalidTemplate) as refusal:
        Transformer.parse(paths, '"Event of <detail-type> type, with not defined key <notdefinedkey>"')
    expected = "InputTemplate for target one contains invalid placeholder notdefinedkey."
    assert refusal.value.for_target("one") == expected


@pytest.mark.parametrize(
    "template",
    [
        "",
        " ",
        "instance <instance> is in <state>",
        '"unfinished <state>',
        '{"a": <state>',
        '{"a": <state><state>}',
        "{<state>: 1}",
        '{"<state>": 1}',
        '{"a": x<state>}',
        '{"a": 1} {"b": 2}',
        '"text" {"b": 2}',
        "<state> <state>",
        "[" * 8000,
        '"' + "x" * 8192 + '"',
    ],
)
def test_refuses_templates(template: str) -> None:
    with pytest.raises(InvalidTemplate) as refusal:
        render(template)
    message = refusal.value.for_target("one")
    assert "InputTemplate for target one" in message
    assert not any("\ue000" <= character <= "\uf8ff" for character in message)


def test_limits_of_the_variables() -> None:
    most = {f"v{n}": "$.time" for n in range(100)}
    Transformer.parse(most, '"<v0> <v99>"')
    with pytest.raises(InvalidTemplate, match="more than 100"):
        Transformer.parse({**most, "one-more": "$.time"}, '"<v0>"')
    with pytest.raises(InvalidTemplate, match="reserved variable AWSname"):
        Transformer.parse({"AWSname": "$.time"}, '"x"')


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=8,
)


@given(value=_JSON)
@settings(max_examples=100, deadline=None)
def test_a_json_template_gives_json_or_fails(value: Any) -> None:
    event = {"detail": {"state": value}}
    assert json.loads(render('{"a": [<state>]}', event)) == {"a": [value]}
    try:
        rendered = render('{"a": "x <state>"}', event)
    except TransformFailed:
        return
    assert json.loads(rendered)["a"].startswith("x ")
