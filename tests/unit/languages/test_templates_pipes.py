"""The InputTemplate of pipes."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.languages.templates import InvalidTemplate, PipeTemplate, TransformFailed

EVENT: dict[str, Any] = {
    "attributes": {"SenderId": "ada"},
    "body": {"key": "k", "list": [1, {"a": "b"}], "n": 12345678901234567890123, "quote": 'say "hi"'},
}
RESERVED = {"aws.pipes.pipe-name": "p", "aws.pipes.event.json": EVENT, "aws.pipes.event": {"body": "text"}}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Hello, sender", "Hello, sender"),
        ('"Hello, sender"', '"Hello, sender"'),
        ("<$.attributes.SenderId>", "ada"),
        ("<$.body.list>", '[1,{"a":"b"}]'),
        ("<$.nothing>", ""),
        ('"Hello, <$.attributes.SenderId>"', '"Hello, ada"'),
        ("Hello, <$.attributes.SenderId> of <aws.pipes.pipe-name>", "Hello, ada of p"),
        ('{"a": 1,\n "b": "c d"}', '{"a":1,"b":"c d"}'),
        ('{"a": <$.body.key>, "b": "<$.body.key>"}', '{"a":"k","b":"k"}'),
        ('{"c": <$.body.list[1]>}', '{"c":{"a":"b"}}'),
        ('{"a": <$.nothing>, "b": "<$.nothing>"}', '{"a":"","b":""}'),
        ('{"n": <$.body.n>}', '{"n":12345678901234567890123}'),
        ('{"a": <$.body.quote>}', '{"a":"say \\"hi\\""}'),
        ('{"all": <$.body.list[*].a>}', '{"all":["b"]}'),
        ('{"event": <aws.pipes.event>}', '{"event":{"body":"text"}}'),
        ("<$.attributes>", '{"SenderId":"ada"}'),
        ("a < b", "a < b"),
        ('{ "price": 3.10e2, "at": "<$.body.key>" }', '{"price":3.10e2,"at":"k"}'),
    ],
)  # fmt: skip
def test_templates_are_filled(template: str, expected: str) -> None:
    assert PipeTemplate.parse(template).render(EVENT, RESERVED) == expected


def test_an_unknown_reserved_variable_is_refused() -> None:
    with pytest.raises(InvalidTemplate, match=r"invalid placeholder aws\.pipes\.nothing"):
        PipeTemplate.parse('{"a": <aws.pipes.nothing>}')


def test_what_breaks_the_json_is_told() -> None:
    with pytest.raises(TransformFailed):
        PipeTemplate.parse('{"a": "<$.body.quote>"}').render(EVENT, RESERVED)
