"""The token reader agrees with the standard library and says where a text goes wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.json_tokens import JsonSyntaxError, Kind, compact, read


def test_tokens_with_their_places() -> None:
    text = ' {"a\\n" : [1.0e2, true]} "b"'
    assert [(token.kind, token.text, text[token.start : token.end]) for token in read(text)] == [
        (Kind.START_OBJECT, "{", "{"),
        (Kind.FIELD_NAME, "a\n", '"a\\n"'),
        (Kind.START_ARRAY, "[", "["),
        (Kind.NUMBER, "1.0e2", "1.0e2"),
        (Kind.TRUE, "true", "true"),
        (Kind.END_ARRAY, "]", "]"),
        (Kind.END_OBJECT, "}", "}"),
        (Kind.STRING, "b", '"b"'),
    ]


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        (
            "{invalid}",
            "Unexpected character ('i' (code 105)): was expecting double-quote to start field name",
            1,
        ),
        ("[1,]", "Unexpected character (']' (code 93)): expected a valid value", 3),
        ("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 3),
        (
            '{"a":1 "b"}',
            "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
            7,
        ),
        ('{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon", 5),
        ("[1}", "Unexpected character ('}' (code 125)): was expecting comma", 2),
        ("[nul]", "Unrecognized token 'nul': was expecting", 4),
        ("[", "Unexpected end-of-input", 1),
        ('{"a":', "Unexpected end-of-input", 5),
        ('["a\n"]', "Unexpected end-of-input or illegal character in a String", 1),
        ("[" * 100_000, "Unexpected end-of-input", 100_000),
    ],
)
def test_errors(text: str, message: str, position: int) -> None:
    with pytest.raises(JsonSyntaxError) as error:
        list(read(text))
    assert error.value.message.startswith(message)
    assert error.value.position == position


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=15,
)


@given(value=_VALUES, indent=st.sampled_from([None, 0, 2]), ascii_only=st.booleans())
@settings(max_examples=150, deadline=None)
def test_compact_keeps_the_value(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert compact(text, read(text)) == json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)


@given(text=st.text('{}[],:" 01-.eE+truefalsn\\', max_size=16))
@settings(max_examples=300, deadline=None)
def test_accepts_what_the_standard_library_accepts(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        is_json = False
    else:
        is_json = True
    try:
        tokens = list(read(text))
    except JsonSyntaxError:
        assert not is_json
    else:
        # The reader takes several values in a row, and none.
        assert is_json or not tokens or len(compact(text, tokens).split("\n")) > 1
