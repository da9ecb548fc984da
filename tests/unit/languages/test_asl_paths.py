"""Paths: what they lead to, and where reference paths put things."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import DefinitionError, ReferencePathConflict, RuntimeFailure
from windsock.languages.asl.paths import Path, ReferencePath
from windsock.languages.asl.values import MISSING

# The document of "Using JSONPath paths".
DOCS = {
    "foo": 123,
    "bar": ["a", "b", "c"],
    "car": {"cdr": True},
    "jar": [{"a": 1}, {"a": 5}, {"a": 2}, {"a": 7}, {"a": 3}],
}
# The document of Jayway's README.
STORE: Any = {
    "store": {
        "book": [
            {"category": "reference", "author": "Nigel Rees", "title": "Sayings", "price": 8.95},
            {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword", "price": 12.99},
            {
                "category": "fiction",
                "author": "Herman Melville",
                "title": "Moby Dick",
                "isbn": "0-553-21311-3",
                "price": 8.99,
            },
            {
                "category": "fiction",
                "author": "J. R. R. Tolkien",
                "title": "Rings",
                "isbn": "0-395-19395-8",
                "price": 22.99,
            },
        ],
        "bicycle": {"color": "red", "price": 19.95},
    },
    "expensive": 10,
}
BOOKS = STORE["store"]["book"]
AUTHORS = [book["author"] for book in BOOKS]
MIXED: Any = {
    "n": [3, 1, 2],
    "list": [{"keep": True}, {"keep": False}, {"other": 1}],
    "d": {"x": {"a": [1, 2]}},
    "null": None,
    "text": "abc",
    "object": {"a": 1, "b": [1, 2], "s": "xy"},
    "spelled": [{"v": 1}, {"v": "1"}, {"v": "1.0"}, {"v": True}, {"v": None}, {}],
    "tags": [{"t": ["a", "b"]}, {"t": ["b"]}, {"t": []}, {"t": "ab"}],
    "a-b": {"c d": 1, "it's": 2, 'q"': 3},
    "store.book": 4,
    "foo@bar": {"baz[[": {"?pretty": 5}},
    "&Ж中": {"\U00010346": 6},
    "nested": [[1, 2], [3], 4],
}


def environment(**variables: Any) -> Environment:
    return Environment(0, bytes, {"Execution": {"Id": "arn:x", "Input": {"a": 1}}}, variables)


def found(path: str, document: Any) -> Any:
    return Path.parse(path, "InputPath").find(document, environment(v={"a": [1, 2]}, word="w"))


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        (DOCS, "$.foo", 123),
        (DOCS, "$.bar", ["a", "b", "c"]),
        (DOCS, "$.car.cdr", True),
        (DOCS, "$.jar[?(@.a >= 5)]", [{"a": 5}, {"a": 7}]),
        ([[1, 2], [3, 4]], "$[*][*]", [1, 2, 3, 4]),
        ({"abc": {"def ghi": 1}}, "$.abc.['def ghi']", 1),
        (STORE, "$.store.book[*].author", AUTHORS),
        (STORE, "$..author", AUTHORS),
        (STORE, "$.store.*", [BOOKS, STORE["store"]["bicycle"]]),
        (STORE, "$.store..price", [8.95, 12.99, 8.99, 22.99, 19.95]),
        (STORE, "$..book[2]", [BOOKS[2]]),
        (STORE, "$..book[-2]", [BOOKS[2]]),
        (STORE, "$..book[0,1]", BOOKS[:2]),
        (STORE, "$..book[:2]", BOOKS[:2]),
        (STORE, "$..book[1:2]", BOOKS[1:2]),
        (STORE, "$..book[-2:]", BOOKS[-2:]),
        (STORE, "$..book[2:]", BOOKS[2:]),
        (STORE, "$..book[?(@.isbn)]", BOOKS[2:]),
        (STORE, "$.store.book[?(@.price < 10)]", [BOOKS[0], BOOKS[2]]),
        (STORE, "$..book[?(@.price <= $['expensive'])]", [BOOKS[0], BOOKS[2]]),
        (STORE, "$..book[?(@.author =~ /.*REES/i)]", [BOOKS[0]]),
        (STORE, "$..book.length()", 1),
        (STORE, "$.store.book.length()", 4),
        (STORE, "$['store']['book'][0]['title']", "Sayings"),
    ],
)
def test_examples_of_the_documentation(document: Any, path: str, value: Any) -> None:
    assert found(path, document) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", MIXED),
        ("$.n[0]", 3),
        ("$.n[-1]", 2),
        ("$.null", None),
        ("$.a-b", MIXED["a-b"]),
        ("$.a-b['c d']", 1),
        ('$.a-b["c d"]', 1),
        (r"$.a-b['it\'s']", 2),
        ("$.a-b['q\"']", 3),
        (r"$.store\.book", 4),
        (r"$.foo\@bar.baz\[\[.\?pretty", 5),
        ("$.&Ж中.\U00010346", 6),
        ("$['object','text']", {"object": MIXED["object"], "text": "abc"}),
        ("$.object['a','nothing']", {"a": 1}),
        ("$['object','d'].a", [1]),
        ("$.n[0,2]", [3, 2]),
        ("$.n[0,9]", [3]),
        ("$.n[:-1]", [3, 1]),
        ("$.n[5:]", []),
        ("$.nothing[*]", []),
        ("$.nothing[1:].x", []),
        ("$.text[*]", []),
        ("$.d..a", [[1, 2]]),
        ("$.d..a[*]", [1, 2]),
        ("$.d..*", [{"a": [1, 2]}, [1, 2], 1, 2]),
        ("$.nested[*][*]", [1, 2, 3]),
        # A filter asks whether there is something, be it false; and an object about itself.
        ("$.list[?(@.keep)]", [{"keep": True}, {"keep": False}]),
        ("$.list[?(@.keep == true)]", [{"keep": True}]),
        ("$.list[?(!@.keep)]", [{"other": 1}]),
        ("$.tags[?(@.t)].t", [["a", "b"], ["b"], [], "ab"]),
        ("$.tags[?(@.t[*])].t", [["a", "b"], ["b"]]),
        ("$.spelled[?(@.v)].v", [1, "1", "1.0", True, None]),
        ("$.n[?($.text)]", [3, 1, 2]),
        ("$.n[?($.nothing)]", []),
        ("$.list[?(!(@.keep || @.other))]", []),
        ("$.list[?(@.keep == true || @.other == 1)]", [{"keep": True}, {"other": 1}]),
        ("$.list[?(@.keep && @.keep != true)]", [{"keep": False}]),
        ("$.object[?(@.a == 1)].s", ["xy"]),
        ("$..[?(@.a == 1)].s", ["xy"]),
        ("$.n[?(@ > 1)]", [3, 2]),
        ("$.n[?(@ > $.n[1])]", [3, 2]),
        ("$.n[?(1 < @)]", [3, 2]),
        ("$.n[?(@ > 'a')]", []),
        # A number equals a string that spells it; a string only a number's usual spelling.
        ("$.spelled[?(@.v == 1)].v", [1, "1"]),
        ("$.spelled[?(1 == @.v)].v", [1, "1", "1.0"]),
        ("$.spelled[?(@.v === 1)].v", [1]),
        ("$.spelled[?(@.v !== 1)].v", ["1", "1.0", True, None]),
        ("$.spelled[?(@.v == null)].v", [None]),
        ("$.spelled[?(@.v != null)].v", [1, "1", "1.0", True]),
        ("$.spelled[?(@.v in [true, null])].v", [True, None]),
        ("$.spelled[?(@.v IN ['1.0'])].v", [1, "1.0"]),
        ("$.spelled[?(@.v nin ['1', true])].v", ["1.0", None]),
        ("$.tags[?(@.t contains 'b')].t", [["a", "b"], ["b"], "ab"]),
        ("$.tags[?(@.t all ['a','b'])].t", [["a", "b"]]),
        ("$.tags[?(@.t subsetof ['b','c'])].t", [["b"], []]),
        ("$.tags[?(@.t anyof ['a','z'])].t", [["a", "b"]]),
        ("$.tags[?(@.t noneof ['a','z'])].t", [["b"], []]),
        ("$.tags[?(@.t size 2)].t", [["a", "b"], "ab"]),
        ("$.tags[?(@.t empty true)].t", [[]]),
        ("$.tags[?(@.t.length() == 2)].t", [["a", "b"]]),
        ("$.tags[?(@.t =~ /A./i)].t", ["ab"]),
        ("$.tags[?(@.t =~ /a/)].t", []),
        ("$.n.length()", 3),
        ("$.object.length()", 3),
        ("$.text.length()", None),
        ("$.object.keys()", ["a", "b", "s"]),
        ("$.n.sum()", 6.0),
        ("$.n.min()", 1.0),
        ("$.n.max()", 3.0),
        ("$.n.avg()", 2.0),
        ("$.object.b.stddev()", 0.5),
        ("$.n.first()", 3),
        ("$.n.last()", 2),
        ("$.n.index(-2)", 1),
        ("$.object.b.append($.text, 7)", [1, 2, "abc", 7]),
        ("$.bar.concat('a', $.text)", MISSING),
        ("$.n.concat('a', $.text)", "aabc"),
        ("$.nothing.length()", MISSING),
        ("$.text.sum()", MISSING),
        ("$$.Execution.Id", "arn:x"),
        ("$$['Execution'].Input", {"a": 1}),
        ("$v", {"a": [1, 2]}),
        ("$v.a[1]", 2),
        ("$word", "w"),
        ("$v.a[*]", [1, 2]),
        ("$.nothing", MISSING),
        ("$.n[3]", MISSING),
        ("$.n[-4]", MISSING),
        ("$.text[0]", MISSING),
        ("$.n.a", MISSING),
        ("$.null.a", MISSING),
        ("$.object[0]", MISSING),
        ("$$.Execution.Nothing", MISSING),
        ("$v.b", MISSING),
        ("$nothing", MISSING),
    ],
)
def test_what_a_path_leads_to(path: str, value: Any) -> None:
    before = deepcopy(MIXED)
    actual = found(path, MIXED)
    assert actual is value or json.dumps(actual) == json.dumps(value)
    assert before == MIXED


@pytest.mark.parametrize(
    "path",
    [
        *(
            "",
            "x",
            ".x",
            "$x y",
            "$.",
            "$.a.",
            "$..",
            "$...",
            "$.a b",
            "$.a[",
            "$.a[]",
            "$.a['b]",
            "$.a['b'",
            "$]",
        ),
        *(
            "$.a[1",
            "$.a[1,]",
            "$.a[1,'b']",
            "$.a['b',1]",
            "$.a[x]",
            "$.a[?]",
            "$.a[?()]",
            "$.a[?(1)]",
            "$.a[(@.b)]",
        ),
        *("$.a[?(@.b ==)]", "$.a[?(@.b is 1)]", "$.a[?(@.b == 1]", "$.a[?(@.b =~ /(/)]", "$.a[?(@.b == x)]"),
        *(
            "$.a.nothing()",
            "$.a.length(1)",
            "$.a.length().b",
            "$.a.length(",
            "$.a[?(@.b && )]",
            "$1",
            "$$x",
            "$.a,b",
        ),
        "$.a" + "[?(@.b" * 60,
        "$.a[?(" + "(" * 60,
        "$.a[?(" + "!" * 60,
    ],
)
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(DefinitionError):
        Path.parse(path, "InputPath")


@pytest.mark.parametrize(
    ("path", "definite"),
    [
        *(("$", True), ("$.a.b[0]", True), ("$['a','b']", True), ("$.a[*].length()", True), ("$$.a", True)),
        *(
            ("$.a[*]", False),
            ("$.a[0,1]", False),
            ("$.a[1:]", False),
            ("$..a", False),
            ("$.a[?(@.b)]", False),
        ),
        *(("$['a','b'].c", False), ("$v.a", True), ("$v[*]", False)),
    ],
)
def test_definite(path: str, definite: bool) -> None:
    assert Path.parse(path, "InputPath").definite is definite


@pytest.mark.parametrize(
    ("path", "searched"),
    [
        ("$.a.b", '{"x":"ü"}'),
        ("$$.a", '{"Execution":{"Id":"arn:x","Input":{"a":1}}}'),
    ],
)
def test_a_path_that_leads_nowhere(path: str, searched: str) -> None:
    with pytest.raises(RuntimeFailure) as failure:
        Path.parse(path, "InputPath").select({"x": "ü"}, environment())
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == (
        f"The JSONPath '{path}' specified for the field 'InputPath'"
        f" could not be found in the input '{searched}'"
    )


@pytest.mark.parametrize("path", ["$", "$.a", "$[*]"])
def test_a_path_into_null(path: str) -> None:
    with pytest.raises(RuntimeFailure) as failure:
        Path.parse(path, "InputPath").select(None, environment())
    assert failure.value.cause == "Unable to apply Path transformation to null or empty input."


@pytest.mark.parametrize(
    ("document", "path", "after"),
    [
        ({"a": 1}, "$", "new"),
        (1, "$", "new"),
        ({"a": 1}, "$.error-info", {"a": 1, "error-info": "new"}),
        ({"a": 1}, "$.a", {"a": "new"}),
        ({}, "$.a.b['c-d']", {"a": {"b": {"c-d": "new"}}}),
        ({"a": {"x": 1}}, "$.a.b", {"a": {"x": 1, "b": "new"}}),
        ({"a": None}, "$.a.b", {"a": {"b": "new"}}),
        ({"a": [1, 2]}, "$.a[0]", {"a": ["new", 2]}),
        ({"a": [1, {"b": 2}]}, "$.a[-1].b", {"a": [1, {"b": "new"}]}),
    ],
)
def test_putting_a_result(document: Any, path: str, after: Any) -> None:
    before = deepcopy(document)
    assert ReferencePath.parse(path).put(document, "new") == after
    assert document == before


@pytest.mark.parametrize(
    ("document", "path", "shown"),
    [
        ("input1", "$.someTaskResult", '"input1"'),
        ([1], "$.a", "[1]"),
        (None, "$.a", "null"),
        ({"a": 1}, "$.a.b", '{"a":1}'),
        ({"a": [1]}, "$.a[1]", '{"a":[1]}'),
        ({}, "$.a[0]", "{}"),
    ],
)
def test_a_result_that_cannot_be_put(document: Any, path: str, shown: str) -> None:
    with pytest.raises(ReferencePathConflict) as failure:
        ReferencePath.parse(path).put(document, 1)
    assert failure.value.error == "States.ReferencePathConflict"
    assert failure.value.cause == f"Unable to apply ReferencePath {path} to input {shown}"


@pytest.mark.parametrize(
    "path", ["$.a[*]", "$..a", "$.a[0,1]", "$.a[1:]", "$.a[?(@.b)]", "$['a','b']", "$.a.length()"]
)
def test_what_is_no_reference_path(path: str) -> None:
    with pytest.raises(DefinitionError, match="no Reference Path"):
        ReferencePath.parse(path)


@pytest.mark.parametrize("path", ["$$.a", "$v"])
def test_results_go_into_the_document_only(path: str) -> None:
    with pytest.raises(DefinitionError, match="no Reference Path"):
        ReferencePath.parse(path)


def test_a_regular_expression_that_takes_too_long() -> None:
    path = Path.parse("$[?(@ =~ /(a|a|aa)+c(?=d)/)]", "InputPath")
    with pytest.raises(RuntimeFailure, match="takes too long"):
        path.select(["a" * 5_000 + "b"], environment())
