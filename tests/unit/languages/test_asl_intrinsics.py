"""Intrinsic functions and the payload templates they stand in."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError, IntrinsicFailure, RuntimeFailure
from windsock.languages.asl.intrinsics import Call
from windsock.languages.asl.templates import Template, compile_value

ONE_TO_NINE = [1, 2, 3, 4, 5, 6, 7, 8, 9]
CONTEXT = {"Execution": {"Id": "arn:x"}, "Task": {"Token": "t"}}


def environment(**variables: Any) -> Environment:
    return Environment(0, lambda count: bytes(range(count)), CONTEXT, variables)


def called(call: str, document: Any = None) -> Any:
    return Call.parse(call).evaluate(document, environment(n=7))


@pytest.mark.parametrize(
    ("call", "document", "value"),
    [
        ("States.Array($.Id)", {"Id": 123456}, [123456]),
        ("States.ArrayPartition($.inputArray,4)", ONE_TO_NINE, [[1, 2, 3, 4], [5, 6, 7, 8], [9]]),
        ("States.ArrayContains($.inputArray, 5)", ONE_TO_NINE, True),
        ("States.ArrayRange(1, 9, 2)", None, [1, 3, 5, 7, 9]),
        ("States.ArrayGetItem($.inputArray, 5)", ONE_TO_NINE, 6),
        ("States.ArrayLength($.inputArray)", ONE_TO_NINE, 9),
        ("States.ArrayUnique($.inputArray)", [1, 2, 3, 3, 3, 3, 3, 3, 4], [1, 2, 3, 4]),
        ("States.Base64Encode($.input)", {"input": "Data to encode"}, "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode($.base64)", {"base64": "RGF0YSB0byBlbmNvZGU="}, "Data to encode"),
        (
            "States.Hash($.Data, $.Algorithm)",
            {"Data": "input data", "Algorithm": "SHA-1"},
            "aaff4a450a104cd177d28d18d74485e8cae074b7",
        ),
        (
            "States.JsonMerge($.json1, $.json2, false)",
            {"json1": {"a": {"a1": 1, "a2": 2}, "b": 2}, "json2": {"a": {"a3": 1, "a4": 2}, "c": 3}},
            {"a": {"a3": 1, "a4": 2}, "b": 2, "c": 3},
        ),
        (
            "States.StringToJson($.escapedJsonString)",
            {"escapedJsonString": '{"foo": "bar"}'},
            {"foo": "bar"},
        ),
        ("States.JsonToString($.unescapedJson)", {"unescapedJson": {"foo": "bar"}}, '{"foo":"bar"}'),
        ("States.MathAdd($.value1, $.step)", {"value1": 111, "step": -1}, 110),
        (
            "States.StringSplit($.inputString, $.splitter)",
            {"inputString": "1,2,3,4,5", "splitter": ","},
            ["1", "2", "3", "4", "5"],
        ),
        (
            "States.StringSplit($.inputString, $.splitter)",
            {"inputString": "This.is+a,test=string", "splitter": ".+,="},
            ["This", "is", "a", "test", "string"],
        ),
        ("States.Format('Hello, my name is {}.', $.name)", {"name": "Arnav"}, "Hello, my name is Arnav."),
        (
            "States.Format($.template, $.name)",
            {"name": "Arnav", "template": "Hello, my name is {}."},
            "Hello, my name is Arnav.",
        ),
        (
            "States.Format('{}.{}', States.ArrayGetItem(States.StringSplit(States.ArrayGetItem("
            "States.StringSplit($.ImageRecipe.Arn, '/'), 2), '.'), 0),"
            " States.ArrayGetItem(States.StringSplit(States.ArrayGetItem("
            "States.StringSplit($.ImageRecipe.Arn, '/'), 2), '.'), 1))",
            {"ImageRecipe": {"Arn": "arn:aws:imagebuilder:us-east-1:1:image-recipe/basic/1.2.3"}},
            "1.2",
        ),
    ],
)
def test_examples_of_the_documentation(call: str, document: Any, value: Any) -> None:
    document = {"inputArray": document} if isinstance(document, list) else document
    assert called(call, document) == value


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("States.Array()", []),
        ("States.Array( 1 , -1.5e3,null,true , false, 'a' )", [1, -1500.0, None, True, False, "a"]),
        ("States.Array($.list[?(@ == ')' || @ == 'a,b')], $.list[1:])", [[], [2, 1.0]]),
        ("States.Array($.list[0,1])", [[1, 2]]),
        ("States.Array($['a, (b'])", [5]),
        ("States.Array($.list.length(), $n, $$.Task.Token)", [3, 7, "t"]),
        (r"States.Array('it\'s', '\\', '\{\}', '{}')", ["it's", "\\", "{}", "{}"]),
        ("States.Array('line\nbreak', 'ü')", ["line\nbreak", "ü"]),
        ("States.ArrayPartition($.list, 1.5)", [[1, 2], [1.0]]),
        ("States.ArrayContains($.list, 1.0)", True),
        ("States.ArrayContains($.list, true)", False),
        ("States.ArrayContains($.list, '1')", False),
        ("States.ArrayContains($.objects, $.object)", True),
        ("States.ArrayUnique($.list)", [1, 2]),
        (
            "States.ArrayUnique(States.Array(1, true, '1', null, 0, false, 1.0))",
            [1, True, "1", None, 0, False],
        ),
        ("States.ArrayUnique(States.Array($.object, $.object))", [{"b": [1, None], "ü": 1.5}]),
        ("States.ArrayRange(5, 1, -2)", [5, 3, 1]),
        ("States.ArrayRange(1, 5, -2)", []),
        ("States.ArrayRange(1.4, 2.5, 1)", [1, 2, 3]),
        ("States.ArrayRange(1, 1000, 1)", list(range(1, 1001))),
        ("States.Base64Decode(States.Base64Encode('ü'))", "ü"),
        ("States.Hash('', 'MD5')", "d41d8cd98f00b204e9800998ecf8427e"),
        ("States.StringToJson('  ')", None),
        ("States.StringToJson('[1, 1.0, \"a\", null]')", [1, 1.0, "a", None]),
        ("States.JsonToString($.object)", '{"b":[1,null],"ü":1.5}'),
        ("States.JsonToString('a\"b')", '"a\\"b"'),
        ("States.MathAdd(-2147483648, 0)", -2147483648),
        ("States.MathAdd(0.5, -0.5)", 1),
        ("States.StringSplit('a--b', '-')", ["a", "b"]),
        ("States.StringSplit('a]b\\\\c^d', ']\\\\^')", ["a", "b", "c", "d"]),
        ("States.StringSplit('', ',')", []),
        ("States.StringSplit('a', '')", ["a"]),
        ("States.Format('no place')", "no place"),
        (r"States.Format('\{}\{\} {} \\{}', 1, 2)", "{}{} 1 \\2"),
        ("States.Format('{}{}{}{}', null, true, 1.5, 'x')", "nulltrue1.5x"),
        ("States.Format('{} {}', $.object, $.list)", "{b=[1, null], ü=1.5} [1, 2, 1.0]"),
        ("States.Format('{}', '{}')", "{}"),
        ("States.UUID()", "00010203-0405-4607-8809-0a0b0c0d0e0f"),
    ],
)
def test_calls(call: str, value: Any) -> None:
    document = {
        "list": [1, 2, 1.0],
        "object": {"b": [1, None], "ü": 1.5},
        "objects": [{"ü": 1.5, "b": [1.0, None]}],
        "a, (b": 5,
    }
    assert json.dumps(called(call, document)) == json.dumps(value)


def test_chance_comes_from_the_run_or_from_the_seed() -> None:
    assert 1 <= called("States.MathRandom(1, 999)") < 999
    assert called("States.MathRandom(1, 999)") == called("States.MathRandom(1, 999)")
    other = Environment(0, lambda count: bytes([9] * count))
    calls = {
        Call.parse("States.MathRandom(0, 1000000)").evaluate(None, each) for each in (other, environment())
    }
    assert len(calls) == 2
    assert called("States.MathRandom(1, 999, 3)") == called("States.MathRandom(1, 999, 3)")
    assert uuid.UUID(called("States.UUID()")).version == 4


@pytest.mark.parametrize(
    "call",
    [
        "States.ArrayPartition($.list, 0)",
        "States.ArrayPartition(1, 1)",
        "States.ArrayContains('a', 1)",
        "States.ArrayRange(1, 1001, 1)",
        "States.ArrayRange(1, 5, 0)",
        "States.ArrayRange('1', 5, 1)",
        "States.ArrayGetItem($.list, 2)",
        "States.ArrayGetItem($.list, -1)",
        "States.ArrayLength('abc')",
        "States.ArrayUnique(null)",
        "States.Base64Encode(1)",
        "States.Base64Encode($.long)",
        "States.Base64Decode('%%%')",
        "States.Base64Decode('a')",
        "States.Hash('a', 'SHA-2')",
        "States.Hash('a', $.list)",
        "States.Hash($.long, 'MD5')",
        "States.JsonMerge($.object, $.object, true)",
        "States.JsonMerge($.object, $.list, false)",
        "States.StringToJson('[')",
        "States.StringToJson('NaN')",
        "States.StringToJson(1)",
        "States.MathRandom(5, 5)",
        "States.MathRandom(5, 'a')",
        "States.MathAdd(2147483647, 1)",
        "States.MathAdd(true, 1)",
        "States.StringSplit(1, ',')",
        "States.Format('{}')",
        "States.Format('{}', 1, 2)",
        "States.Format(1)",
    ],
)
def test_wrong_arguments(call: str) -> None:
    document = {"list": [1, 2], "object": {}, "long": "a" * 10_001}
    with pytest.raises(IntrinsicFailure) as failure:
        called(f"States.Array({call})", document)
    assert failure.value.error == "States.IntrinsicFailure"
    assert failure.value.cause.startswith(f"The function 'States.Array({call})' had the following error: ")


def test_an_argument_that_is_not_there() -> None:
    with pytest.raises(RuntimeFailure) as failure:
        called("States.Format('{}', States.Array($.nope))", {"other": 1})
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == (
        "The function 'States.Format('{}', States.Array($.nope))' had the following error:"
        " The JsonPath argument for the field '$.nope' could not be found in the input '{\"other\":1}'"
    )


@pytest.mark.parametrize(
    "call",
    [
        *(
            "States.Format",
            "States.Array(",
            "States.Array(1",
            "States.Array(1,)",
            "States.Array(,)",
            "States.Array(1 2)",
        ),
        *(
            "States.Array('a)",
            "States.Array(a)",
            "States.Array(01)",
            "States.Array()[0]",
            "States.Array()x",
            "Array()",
        ),
        *(
            "States.Nothing()",
            "States.UUID(1)",
            "States.MathAdd(1)",
            "States.MathRandom(1,2,3,4)",
            "States.Format()",
        ),
        *(
            r"States.Array('\q')",
            r"States.Array('\')",
            "States.Array($.)",
            "States.Array($.a[)",
            "States.array()",
        ),
        "States.Array(" * 11 + ")" * 11,
    ],
)
def test_what_is_no_call(call: str) -> None:
    with pytest.raises(DefinitionError):
        compile_value(call, "a.$")


def test_ten_calls_inside_of_one_another() -> None:
    assert called("States.Array(" * 10 + ")" * 10) == json.loads("[" * 10 + "]" * 10)


def test_a_template_keeps_what_is_fixed_and_fills_in_the_rest() -> None:
    template = Template.compile(
        {
            "fixed": {"a": [1, "$.x", {"b": "$"}]},
            "path.$": "$.x",
            "inner": [{"call.$": "States.MathAdd($.x, $n)"}, "$.x", [{"context.$": "$$.Execution.Id"}]],
            "variable.$": "$n",
            "last": None,
        }
    )
    for x in (1, 2):
        payload = template.evaluate({"x": x}, environment(n=7))
        assert json.dumps(payload) == json.dumps(
            {
                "fixed": {"a": [1, "$.x", {"b": "$"}]},
                "path": x,
                "inner": [{"call": x + 7}, "$.x", [{"context": "arn:x"}]],
                "variable": 7,
                "last": None,
            }
        )


@pytest.mark.parametrize("payload", [{"a": 1}, [], "$.x", None, 5, {"a": ["$.x", {}]}])
def test_a_template_with_nothing_to_fill_in(payload: Any) -> None:
    template = Template.compile(payload)
    assert template.evaluate({"x": 1}, environment()) == payload


@pytest.mark.parametrize("value", [1, None, "x", "", {"b": 1}, "States", "{% 1 %}", " $.x"])
def test_a_field_that_is_neither_path_nor_call(value: Any) -> None:
    with pytest.raises(DefinitionError) as refusal:
        Template.compile({"inner": [{"a.$": value}]})
    assert str(refusal.value) == (
        "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call"
    )
