"""Whatever a definition and an input hold: nothing but DefinitionError and StatesError comes out."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonata.jsonata import Jsonata

from windsock.languages.asl.choices import Rule
from windsock.languages.asl.choices.registry import OPERATORS
from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError, QueryEvaluationError, StatesError
from windsock.languages.asl.intrinsics.registry import FUNCTIONS
from windsock.languages.asl.jsonata import JsonataTemplate
from windsock.languages.asl.jsonata.evaluation import Evaluation
from windsock.languages.asl.jsonata.natives import FUNCTIONS as JSONATA_FUNCTIONS
from windsock.languages.asl.jsonata.values import Bindings, to_plain
from windsock.languages.asl.paths import Path, ReferencePath
from windsock.languages.asl.templates import Template

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
names = st.sampled_from(["a", "b", "c d", "é"]) | st.text(max_size=4)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
few = settings(max_examples=60, deadline=None)


def environment(variables: Any) -> Environment:
    return Environment(0, lambda count: b"\x07" * count, {"Execution": {"Id": "x"}}, {"v": variables})


def joined(pieces: list[str]) -> st.SearchStrategy[str]:
    """Texts put together from pieces of a language, in and out of order."""
    return st.lists(st.sampled_from(pieces) | st.text(max_size=2), max_size=12).map("".join)


PATH_PIECES = [
    *(
        "$",
        "$$",
        "$v",
        ".",
        "..",
        "a",
        "b",
        "*",
        "[*]",
        "[0]",
        "[-1]",
        "[0,1]",
        "[1:]",
        "[:2]",
        "['c d']",
        '["a"]',
    ),
    *(
        "['a','b']",
        "[?(",
        ")]",
        "@",
        "@.a",
        " == ",
        " < ",
        " in ",
        " nin ",
        "=~ /a+/i",
        "[1,'a']",
        "1",
        "'a'",
        "null",
    ),
    *(
        " && ",
        " || ",
        "!",
        "(",
        ")",
        ".length()",
        ".sum()",
        ".concat(",
        ".append(1)",
        "\\",
        " size ",
        " empty true",
    ),
]
FILTERS = [
    "@",
    "@.a",
    "@['b'][0]",
    "@..a",
    "$.a",
    "1",
    "'1'",
    "true",
    "null",
    "[1, 'a']",
    "/a/",
    "@.length()",
    "@[*]",
]
paths = joined(PATH_PIECES) | st.builds(
    "$..[?({} {} {})].a".format,
    st.sampled_from(FILTERS),
    st.sampled_from(["==", "in", "=~", "size", "all", "<"]),
    st.sampled_from(FILTERS),
)
arguments = st.sampled_from(
    ["$.a", "$v", "$", "'a{}'", "1", "-2.5", "null", "true", "$.a[*]", "States.Array(1)", "'MD5'"]
)
calls = joined([*PATH_PIECES, "States.Format(", "States.Array(", "'", ",", "States.UUID()"]) | st.builds(
    lambda name, given: f"States.{name}({', '.join(given)})",
    st.sampled_from(sorted(FUNCTIONS)),
    st.lists(arguments, max_size=4),
)
OPERANDS = [
    "$states.input",
    "$v",
    "$states.input.a",
    "1",
    "-0.5",
    "'a'",
    "null",
    "[1, 'a']",
    "{'a': 1}",
    "$x",
    "/a/",
    "true",
]
operands = st.sampled_from(OPERANDS)
expressions = (
    joined(
        [
            *OPERANDS,
            "$",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            " ~> ",
            ":=",
            " ? ",
            ":",
            ".",
            "*",
            "**",
            "%",
            "^(",
            "@$i",
            "|",
        ]
    )
    | st.builds(
        "{} {} {}".format,
        operands,
        st.sampled_from(["+", "-", "*", "/", "%", "=", "!=", "<", ">", "&", "and", "or", "in", "~>", ".."]),
        operands,
    )
    | st.builds(
        lambda name, given: f"${name}({', '.join(given)})",
        st.sampled_from(sorted(JSONATA_FUNCTIONS.bindings)),
        st.lists(operands | st.just("function($a, $b) { $a }"), max_size=3),
    )
)


@few
@given(paths, documents, documents)
def test_paths(path: str, document: Any, variables: Any) -> None:
    before = deepcopy(document)
    with suppress(DefinitionError, StatesError):
        json.dumps(Path.parse(path, "f").select(document, environment(variables)), allow_nan=False)
    with suppress(DefinitionError, StatesError):
        ReferencePath.parse(path).put(document, 1)
    assert document == before


@few
@given(paths | calls, documents, documents)
def test_payload_templates(value: str, document: Any, variables: Any) -> None:
    before = deepcopy(document)
    with suppress(DefinitionError, StatesError):
        payload = Template.compile({"x": [{"a.$": value}]}).evaluate(document, environment(variables))
        json.dumps(payload, allow_nan=False)
    assert document == before


@few
@given(st.sampled_from(sorted(OPERATORS)), paths, documents | paths, documents)
def test_choice_rules(operator: str, path: str, operand: Any, document: Any) -> None:
    with suppress(DefinitionError, StatesError):
        rule = Rule.compile({"Not": {"Variable": path, operator: operand}})
        assert rule.holds(document, environment(document)) in (True, False)


@settings(max_examples=150, deadline=None)
@given(expressions, documents, documents)
def test_jsonata(expression: str, document: Any, variables: Any) -> None:
    before = deepcopy(document)
    with suppress(DefinitionError, StatesError):
        template = JsonataTemplate.compile({"a": [f"{{% {expression} %}}"]}, "Output")
        json.dumps(template.evaluate({"input": document}, environment(variables)), allow_nan=False)
    assert document == before


@few
@given(st.lists(st.sampled_from(["a", "b", "`c d`", "é"]), max_size=4), st.integers(0, 2), documents)
def test_plain_paths_lead_where_the_library_goes(steps: list[str], kind: int, document: Any) -> None:
    text = ".".join(["$states.input", *steps])
    expression = ("{}", "({})", "$map([1, 2], function($i) {{ [{}] }})")[kind].format(text)
    by_library = Evaluation({}, Bindings({"input": document}, environment(1))).run(Jsonata(expression).ast)
    with suppress(QueryEvaluationError):
        found = JsonataTemplate.compile(f"{{% {expression} %}}", "x").evaluate(
            {"input": document}, environment(1)
        )
        assert json.dumps(to_plain(found)) == json.dumps(to_plain(by_library))
        return
    assert by_library is None


def test_documents_as_deep_as_json_is_read() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = {"a": [deep]}
    around = environment(deep)
    assert Template.compile({"x.$": "$..a.length()"}).evaluate(deep, around) == {"x": 200}
    for path in ("$..[?(@.a == $.a)]", "$..[?(@.a anyof $.a)]", "$.b", "$..b"):
        with suppress(StatesError):
            Path.parse(path, "f").select(deep, around)
    for call in (
        "JsonToString($)",
        "ArrayUnique($.a)",
        "ArrayContains($.a, $.a)",
        "Format('{}', $)",
        "Hash($.a, 'MD5')",
    ):
        with suppress(StatesError):
            Template.compile({"x.$": f"States.{call}"}).evaluate(deep, around)
    assert Rule.compile({"Variable": "$", "IsPresent": True}).holds(deep, around)
    for expression in (
        "$v",
        "[$v]",
        "$string($v)",
        "$v = $v",
        "$v.**.a",
        "$merge([$v])",
        "$distinct([$v, $v])",
    ):
        with suppress(StatesError):
            JsonataTemplate.compile(f"{{% {expression} %}}", "Output").evaluate({}, around)
