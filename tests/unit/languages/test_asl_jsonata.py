"""JSONata mode: expressions in templates, what Step Functions adds, and what bounds them.

What is said to be measured at AWS was published by others who ran TestState there.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from jsonata.jsonata import Jsonata

from windsock.languages.asl.environment import Environment
from windsock.languages.asl.errors import ExpressionRefused, QueryEvaluationError
from windsock.languages.asl.jsonata import JsonataTemplate, evaluation
from windsock.languages.asl.jsonata.evaluation import Evaluation
from windsock.languages.asl.jsonata.expression import Expression
from windsock.languages.asl.jsonata.values import Bindings, to_plain

NOW = 1_700_000_000_123
THREW = "threw an error during evaluation"
STATES: Any = {
    "input": {
        "text": "abc",
        "number": 5,
        "nil": None,
        "one": [1],
        "empty": [],
        "holes": [1, None, {"x": None}],
        "lines": [{"sku": "a", "price": 2.5, "tags": ["x"]}, {"sku": "b", "price": 4, "tags": []}],
        "object": {"a b": 1, "deep": {"er": True}},
    },
    "result": {"Payload": "p"},
}
CONTEXT = {"Execution": {"Id": "arn:x", "Name": None}}


def environment(**variables: Any) -> Environment:
    return Environment(NOW, lambda count: bytes(range(count)), CONTEXT, variables)


def value_of(expression: str, **variables: Any) -> Any:
    return JsonataTemplate.compile(f"{{% {expression} %}}", "Output").evaluate(
        STATES, environment(**variables)
    )


def cause_of(expression: str) -> str:
    with pytest.raises(QueryEvaluationError) as failure:
        value_of(expression)
    assert failure.value.error == "States.QueryEvaluationError"
    assert failure.value.location == "Output"
    start = f"The JSONata expression '{expression}' specified for the field 'Output' "
    assert failure.value.cause.startswith(start)
    return failure.value.cause.removeprefix(start)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$states.input", STATES["input"]),
        ("$states.result.Payload", "p"),
        ("$states.context", CONTEXT),
        ("$states.context.Execution.Name", None),
        ("$states.input.nil", None),
        ("$states.input.one", [1]),
        ("$states.input.one[0]", 1),
        ("$states.input.empty", []),
        ("$states.input.object.`a b`", 1),
        ("$states.input.holes", [1, None, {"x": None}]),
        ("$states.input.holes[1]", None),
        ("$states.input.holes[2].x", None),
        ("$map($states.input.holes, function($v) { $type($v) })", ["number", "null", "object"]),
        ("$states.input.lines.sku", ["a", "b"]),
        ("$states.input.lines.tags", "x"),
        ("$states.input.lines[price > 3].sku", "b"),
        ("$states.input.lines^(>price).sku", ["b", "a"]),
        ("$sum($states.input.lines.price)", 6.5),
        ("$states.input.lines{sku: price}", {"a": 2.5, "b": 4}),
        ("$states.input.object ~> |deep|{'more': 1}|", {"a b": 1, "deep": {"er": True, "more": 1}}),
        ("( $x := $states.input.number; $x * 2 )", 10),
        ("$name & '!'", "n!"),
        ("$nothing", "there is a variable of this name"),
        ("$exists($nobody)", False),
        ("$count(null)", 1),
        ("$count($states.input.nil)", 1),
        ("$append(null, 1)", [None, 1]),
        ("$string(null)", "null"),
        ("[1..5]", [1, 2, 3, 4, 5]),
        ("$number('2')", 2),
        ("$number('0x1f')", 31),
        ("1 in [true]", False),
        ("$distinct([1, 1.0, true, '1'])", [1, True, "1"]),
        ("5.5 % 2", 1.5),
        ("-5 % 3", -2),
        ("10 / 4", 2.5),
        ("10 / 5", 2),
        ("$string(1e21)", "1e+21"),
        ("$replace('a.b.c', '.', '$')", "a$b$c"),
        ("$replace('a.b.c', '.', '', 1)", "ab.c"),
        ("$replace('abc', /(b)/, '[$1]')", "a[b]c"),
        ("$replace('265USD', /([0-9]+)USD/, '$$$1')", "$265"),
        ("$replace('abc', /b/, '$0$0$1$x$')", "abb$x$c"),
        ("$replace('ab', /(a)(b)/, '$2$1$12$3')", "baa2"),
        ("$replace('aaa', /a/, 'b', 2)", "bba"),
        ("$replace('68F', /(\\d+)F/, function($m) { $m.groups[0] & 'C' })", "68C"),
        ("$split('a1b', /\\d/)", ["a", "b"]),
        ("$match('ab', /B/i).match", "b"),
        ("$contains('a\nb', /^b/m)", True),
        ("$join(['a', 'b'], '-')", "a-b"),
        ("$pad('a', -3, '0')", "00a"),
        ("$toMillis('2017-11-07T15:07:54.972Z')", 1510067274972),
        # The functions that Step Functions adds. The examples are the documentation's.
        ("$partition([1, 2, 3, 4], 2)", [[1, 2], [3, 4]]),
        ("$partition([1, 2, 3], 2.9)", [[1, 2], [3]]),
        ("$range(0, 10, 2)", [0, 2, 4, 6, 8, 10]),
        ("$range(-1.7, 2, 1)", [-1, 0, 1, 2]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$range(1, 1, 1)", 1),
        ("$hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("$map(['a'], $hash(?, 'MD5'))", "0cc175b9c0f1b6a831c399e269772661"),
        ("$uuid()", "00010203-0405-4607-8809-0a0b0c0d0e0f"),
        ("$parse('{\"a\": [null, 1.5]}')", {"a": [None, 1.5]}),
        ("$parse('{\"a\": null}').a", None),
        ("$millis()", NOW),
        ("$now()", "2023-11-14T22:13:20.123Z"),
        ("$now('[Y]', '+0100')", "2023"),
        # As measured at AWS, what no JSON number can be is a string.
        ("1/0", "Infinity"),
        ("-1/0", "-Infinity"),
        ("1e308 * 10", "Infinity"),
        ("0/0", "NaN"),
        ("$parseInteger('abc', '0')", "NaN"),
        ("[1/0]", ["Infinity"]),
        ("{'k': 1/0}", {"k": "Infinity"}),
    ],
)
def test_expressions(expression: str, value: Any) -> None:
    before = deepcopy(STATES)
    actual = value_of(expression, name="n", nothing="there is a variable of this name")
    assert json.dumps(actual) == json.dumps(value)
    assert before == STATES


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        # Worded as measured at AWS.
        ("$states.input.missing", "returned nothing (undefined)."),
        ("$partition([1], 0)", "returned nothing (undefined)."),
        ("$partition([], 1)", "returned nothing (undefined)."),
        ("$range(1, 3)", "returned nothing (undefined)."),
        ("$range(1, 3, -1)", "returned nothing (undefined)."),
        ("$hash('a')", "returned nothing (undefined)."),
        ("$eval('1+1')", f"{THREW}. T1006: Attempted to invoke a non-function"),
        (
            "$sum([1, 'a'])",
            f'{THREW}. T0412: Argument 1 of function "sum" must be an array of "numbers"',
        ),
        (
            "$abs('a')",
            f'{THREW}. T0410: Argument 1 of function "abs" does not match function signature',
        ),
        (
            "[1..900000] ~> $count()",
            f"{THREW}: Expression evaluation memory limit exceeded: Check for excessive memory usage",
        ),
        (
            "($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(32))",
            f"{THREW}: Stack overflow error: Check for non-terminating recursive function."
            " Consider rewriting as tail-recursive. Depth=101 max=100",
        ),
        # JSONata's own words.
        (
            "1 + 'a'",
            f'{THREW}. T2002: The right side of the "+" operator must evaluate to a number',
        ),
        (
            "'a' - 1",
            f'{THREW}. T2001: The left side of the "-" operator must evaluate to a number',
        ),
        (
            "1 < 'a'",
            f'{THREW}. T2009: The values 1 and "a" either side of operator "<" must be of the same data type',
        ),
        ("-'a'", f'{THREW}. D1002: Cannot negate a non-numeric value: "a"'),
        (
            "$number('1_0')",
            f'{THREW}. D3030: Unable to cast value to a number: "1_0"',
        ),
        ("$error('boom')", f"{THREW}. D3137: boom"),
        ("5()", f"{THREW}. T1006: Attempted to invoke a non-function"),
        (
            "$power(2, 10000)",
            f"{THREW}. D3061: The power function has resulted in a value that cannot be"
            " represented as a JSON number: base=2, exponent=10000",
        ),
        (
            "$toMillis('x')",
            f"{THREW}. D3110: The argument of the toMillis function must be an ISO 8601"
            ' formatted timestamp. Given "x"',
        ),
        (
            "$replace('a', '', 'b')",
            f"{THREW}. D3010: Second argument of replace function cannot be an empty string",
        ),
        (
            "$replace('a', 'a', 'b', -1)",
            f"{THREW}. D3011: Fourth argument of replace function must evaluate to a positive number",
        ),
    ],
)
def test_failures(expression: str, cause: str) -> None:
    assert cause_of(expression) == cause


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "$hash('a', 'CRC')",
            "$parse('[')",
            "$parse('NaN')",
            "$map([1], $parse)",
            "$random('a')",
            "$range('a', 1, 1)",
        ),
        *("function($x) { $x }", "$sum", "/a/", "[$sum]", "$formatNumber(1, 'x')", "$power(-1, 0.5)"),
        *("$length(null)", "$hash(null, 'MD5')", "$sum([null])", "$abs(null)", "$parse(null)"),
        *("$replace('a', /x?/, 'b')", "$replace('a', /a/, function($m) { 1 })"),
    ],
)
def test_other_failures(expression: str) -> None:
    assert cause_of(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("$sum([1..873783])", "$range(1, 360146, 1)", "$pad('a', 1e9)", "$pad('a', -1/0)"),
        "($f := function($x) { $f($x + 1) }; $f(1))",
        "($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', 31)))",
        "($a := $pad('x', 1000000); $join($map([1..100], function($i) { $a })))",
        "($a := $pad('x', 1000000, 'x'); $replace($a, 'x', 'abcdefgh'))",
        "($a := $pad('x', 100000, 'x'); $replace($a, /x/, $a))",
        "$match($pad('', 5000, 'a') & 'b', /(a|a|aa)+c(?=d)/)",
        "+".join(["1"] * 101),
        "($x := [1..800000]; $reduce($x, $append))",
        "($x := [1..100000]; $map([1..1000], function($i) { $sum($x) }))",
        "$map([1..100000], function($i) { [1..800000] })",
        "(" * 200 + "1" + ")" * 200,
    ],
)
def test_nothing_hangs_or_swells(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "MAX_JSONATA_STEPS", 100_000)
    assert THREW in cause_of(expression)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$count([1..873782])", 873_782),
        ("$count($range(1, 360145, 1))", 360_145),
        ("($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(31))", 31),
        ("+".join(["1"] * 100), 100),
        ("($t := $merge([1..5000].{$string($): $}); $sum([1..1000].$lookup($t, $string($))))", 500_500),
        ("($p := function($s, $n) { $n = 0 ? $s : $p($s & $s, $n - 1) }; $length($p('x', 22)))", 2**22),
    ],
)
def test_what_aws_still_takes(expression: str, value: Any) -> None:
    assert value_of(expression) == value


def test_chance_comes_from_the_run_or_from_the_seed() -> None:
    assert 0 <= value_of("$random()") < 1
    assert value_of("$random()") == value_of("$random()")
    assert value_of("$random(3)") == value_of("$random(3)") != value_of("$random(4)")
    assert sorted(value_of("$shuffle([1..20])")) == list(range(1, 21))
    assert value_of("$shuffle([1..20])") == value_of("$shuffle([1..20])")


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        # Worded as measured at AWS.
        ("phone", "UNSUPPORTED", "Reference to 'phone' at the top level is not supported."),
        ("$$", "UNSUPPORTED", "Reference to '$$' is not supported."),
        ("a[1,2)", "INVALID", 'Expected "]", got ","'),
        ('"unterminated', "INVALID", "String literal must be terminated by a matching quote"),
        ("1 +", "INVALID", "Unexpected end of expression"),
        ('{"a":}', "INVALID", 'The symbol "}" cannot be used as a unary operator'),
        ("$x :=", "INVALID", "Unexpected end of expression"),
        ('$match("a", /abc', "INVALID", "No terminating / in regular expression"),
        # The same elsewhere.
        ("$.a", "UNSUPPORTED", "Reference to '$' at the top level is not supported."),
        ("$map($states.input, function($v) { b })", "UNSUPPORTED", None),
        ("$states.input ? [a] : {'b': 1}", "UNSUPPORTED", None),
        ("{'a': b}", "UNSUPPORTED", None),
        ("*", "UNSUPPORTED", None),
        ("**.a", "UNSUPPORTED", None),
        ("(a).b", "UNSUPPORTED", None),
        ("$sum(a.b)", "UNSUPPORTED", None),
        ("1 ~ 2", "INVALID", 'Unknown operator: "~"'),
        ("/(/", "INVALID", None),
        ("", "INVALID", None),
        ("[" * 5000, "INVALID", None),
    ],
)
def test_refused_expressions(expression: str, code: str, message: str | None) -> None:
    with pytest.raises(ExpressionRefused) as refusal:
        JsonataTemplate.compile({"a": [1, f"{{% {expression} %}}"]}, "Output")
    assert refusal.value.code == f"{code}_JSONATA_EXPRESSION"
    assert refusal.value.field == "Output/a[1]"
    assert message in (None, str(refusal.value))


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "$states.input.items[value > 3]",
            "$states.input.(a + b)",
            "$x^(<a)",
            "$x{a: b}",
            "$x ~> |a|{'b': c}, 'd'|",
        ),
        *(
            "$x.$",
            "$map($x, function($v) { $v.a })",
            "$x[$ > 1]",
            "$x.*",
            "$x.**",
            "'a'",
            "$x.{'a': b}",
            "$x.a.%",
        ),
    ],
)
def test_names_are_fine_in_what_is_looked_at(expression: str) -> None:
    JsonataTemplate.compile(f"{{% {expression} %}}", "Output")


def test_a_template_says_where_it_failed() -> None:
    template = JsonataTemplate.compile({"a": {"b": ["{% 1 %}", ["{% $missing %}"]]}}, "Arguments")
    with pytest.raises(QueryEvaluationError) as failure:
        template.evaluate(STATES, environment())
    assert failure.value.location == "Arguments/a/b[1][0]"
    assert "specified for the field 'Arguments/a/b[1][0]' returned nothing" in failure.value.cause


def test_a_template_keeps_what_is_fixed() -> None:
    written = {
        "a": [1, "{% $states.input.number %}", {"b": "{%$v%}"}],
        "c": " {% 1 %}",
        "d": "{% 1 %} ",
        "e": "{%",
    }
    template = JsonataTemplate.compile(written, "Output")
    for v in (1, 2):
        assert template.evaluate(STATES, environment(v=v)) == {
            "a": [1, 5, {"b": v}],
            "c": " {% 1 %}",
            "d": "{% 1 %} ",
            "e": "{%",
        }


@pytest.mark.parametrize("value", ["text", 1, None, [], {"a": ["{ % 1 % }"]}])
def test_a_template_without_expressions(value: Any) -> None:
    template = JsonataTemplate.compile(value, "Output")
    assert template.evaluate(STATES, environment()) == value


@pytest.mark.parametrize(
    ("value", "kind", "taken"),
    [
        *(
            ("{% true %}", "boolean", True),
            ("{% [1] %}", "array", [1]),
            (7, "number", 7),
            ("x", "string", "x"),
        ),
        *(("{% 1 = 1 %}", "number", None), ("{% null %}", "object", None), ("{% 1.5 %}", "string", None)),
        *(({"a": 1}, "array", None), ("x", "boolean", None), (True, "number", None)),
    ],
)
def test_fields_of_one_type(value: Any, kind: str, taken: Any) -> None:
    template = JsonataTemplate.compile(value, "Items")
    if taken is not None:
        assert template.evaluate_as(kind, STATES, environment()) == taken
        return
    with pytest.raises(QueryEvaluationError, match=f"unexpected result type. Expected '{kind}', but was '"):
        template.evaluate_as(kind, STATES, environment())


@pytest.mark.parametrize(
    "path",
    [
        *(
            "$states",
            "$states.input",
            "$states.input.text",
            "$states.input.nil",
            "$states.input.one",
            "$states.input.empty",
        ),
        *(
            "$states.input.holes",
            "$states.input.lines",
            "$states.input.object.deep.er",
            "$states.context.Execution",
        ),
        *(
            "$states.input.lines.sku",
            "$states.input.text.x",
            "$states.input.nothing",
            "$nothing",
            "$states.input.nil.x",
        ),
    ],
)
def test_plain_paths_lead_where_the_library_goes(path: str) -> None:
    expression = Expression.compile(path, "Output")
    assert expression.plain is not None
    by_library = Evaluation({}, Bindings(STATES, environment())).run(Jsonata(path).ast)
    for each in (expression, Expression.compile(f"({path})", "Output")):
        if by_library is None:
            with pytest.raises(QueryEvaluationError, match="returned nothing"):
                each.evaluate(Bindings(STATES, environment()))
        else:
            found = each.evaluate(Bindings(STATES, environment()))
            assert json.dumps(found) == json.dumps(to_plain(by_library))


def test_evaluations_on_several_threads_do_not_meet() -> None:
    template = JsonataTemplate.compile(
        "{% $map([1..20], function($i) { $i * $v + $length($now()) }) %}", "Output"
    )

    def evaluate(v: int) -> Any:
        return [template.evaluate(STATES, environment(v=v)) for _ in range(5)]

    with ThreadPoolExecutor(4) as threads:
        for v, values in enumerate(threads.map(evaluate, range(20))):
            assert values == [[i * v + 24 for i in range(1, 21)]] * 5


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    for expression in ("5()", "$sum('a')", "$nothing()", "($f := 5; $f(1))"):
        cause_of(expression)
    sys.stdout.flush()
    assert capfd.readouterr() == ("", "")
