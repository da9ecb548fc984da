"""CloudWatch Logs filter patterns: AWS's documented examples, refusals, and hostile texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.languages.filters import InvalidFilter, LogFilter


@pytest.mark.parametrize(
    ("pattern", "message", "accepted"),
    [
        ("", "anything", True),
        ("  ", "", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "Exiting with ERRORCODE: -1", True),
        ("ERROR", "error", False),
        ("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", True),
        ("ERROR ARGUMENTS", "[ERROR 400] BAD REQUEST", False),
        ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", True),
        ('"INTERNAL SERVER ERROR"', "INTERNAL ERROR SERVER", False),
        ('"say \\"hi\\""', 'they say "hi"', True),
        ("?ERROR ?ARGUMENTS", "[ERROR 400] BAD REQUEST", True),
        ("?ERROR ?ARGUMENTS", "[WARN] ARGUMENTS", True),
        ("?ERROR ?ARGUMENTS", "[WARN 401] UNAUTHORIZED", False),
        ('?"BAD REQUEST" ?x', "[ERROR 400] BAD REQUEST", True),
        ("ERROR -ARGUMENTS", "[ERROR 400] BAD REQUEST", True),
        ("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", False),
        ('-"BAD REQUEST"', "[ERROR 400] BAD REQUEST", False),
        ("-ERROR", "fine", True),
        ("?WARN ?INFO ERROR", "[ERROR] no other word", True),
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("%[45]\\d{2}%", "status 404", True),
        ("%[45]\\d{2}%", "status 200", False),
        ("ERROR %4\\d\\d%", "ERROR 404", True),
        ("-%4\\d\\d%", "ERROR 404", False),
    ],
)
def test_terms(pattern: str, message: str, accepted: bool) -> None:
    log_filter = LogFilter.parse(pattern)
    assert log_filter.accepts(message) is accepted
    assert log_filter.extract(message) == {}


TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "cluster.name": "c",
        "latency": 512.5,
        "account": "123456789012",
    }
)
USERS = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)


@pytest.mark.parametrize(
    ("pattern", "accepted"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ('{$.eventType="UpdateTrail"}', True),
        ("{ $.eventType = UpdateTrail }", True),
        ("{ $.eventType = Update* }", True),
        ('{ $.eventType = "*Trail" }', True),
        ("{ $.eventType = *dateT* }", True),
        ("{ $.eventType = Up*il }", False),
        ("{ $.eventType = * }", True),
        ("{ $.eventType != Update* }", False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress = %1{3}\\.1+% }", True),
        ("{ $.sourceIPAddress != %^111% }", False),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[0000000000] = "value" }', True),
        ('{ $.arrayKey[0000000001] = "value" }', False),
        ('{ $.arrayKey[99999999999999999999] = "value" }', False),
        ('{ $.arrayKey[1] = "value" }', False),
        ('{ $.arrayKey[*] = "another value" }', True),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[*].id > 1 }", True),
        ("{ $.objectList[*].id > 2 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.eventType IS NULL }", False),
        ("{ $.SomeOtherObject IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.ThisFlag = true }", False),
        ("{ $.['cluster.name'] = c }", True),
        ('{ $["cluster.name"] = c }', True),
        ("{ $.arrayKey = value }", False),
        ("{ $.arrayKey != value }", False),
        ("{ $.absent != value }", False),
        ("{ $.latency >= 500 }", True),
        ("{ $.latency > +1000 }", False),
        ("{ $.latency < 10e3 }", True),
        ("{ $.latency < 10e-3 }", False),
        ("{ $.latency = 5.125e2 }", True),
        ("{ $.latency = 512* }", True),
        ("{ $.latency = * }", True),
        ("{ $.account = 123456789012 }", True),
        ("{ $.account != 123456789012 }", False),
        ("{ $.eventType != 5 }", True),
        ("{ $.eventType > 5 }", False),
    ],
)
def test_json_events(pattern: str, accepted: bool) -> None:
    assert LogFilter.parse(pattern).accepts(TRAIL) is accepted


@pytest.mark.parametrize(
    ("pattern", "accepted"),
    [
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        (
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch'
            " && $.actions[2] = nomatch }",
            True,
        ),
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch)'
            " && $.actions[2] = nomatch }",
            False,
        ),
        ("{ $.coordinates[0][1] = 1 }", True),
        ("{ $.users.*.id = 3 }", True),
    ],
)
def test_compound_conditions(pattern: str, accepted: bool) -> None:
    assert LogFilter.parse(pattern).accepts(USERS) is accepted


@pytest.mark.parametrize("message", ["", "text", '{"a": 1', "[" * 100_000, '{"a":' * 100_000])
def test_a_json_pattern_matches_no_other_text(message: str) -> None:
    assert not LogFilter.parse("{ $.a NOT EXISTS }").accepts(message)


def test_json_fields_are_extracted() -> None:
    log_filter = LogFilter.parse(
        "{ $.latency > 1 && $.eventType = * && ($.absent NOT EXISTS || $.ThisFlag IS TRUE) }"
    )
    assert log_filter.extract(TRAIL) == {
        "$.latency": "512.5",
        "$.eventType": "UpdateTrail",
        "$.ThisFlag": "true",
    }
    assert log_filter.extract("{}") == {}


LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534'
MISSING_LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "line", "missing"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True, True),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", True, True),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1534]", False, False),
        ("[ip, user, username, timestamp, request, status_code = 200, bytes]", True, False),
        ("[ip, user, username, timestamp, request, status_code = 4*, bytes]", False, True),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", False, True),
        ("[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]", None, None),
        (
            "[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]",
            False,
            False,
        ),
        (
            "[ip, user, username, timestamp, request, status_code = 404 || status_code = 200, bytes]",
            True,
            True,
        ),
        ("[ip, user, username, timestamp, request = %GET .*gif%, status, bytes]", None, None),
        ("[ip, user, username, timestamp, request = %\\sHTTP%, status, bytes]", True, True),
        ("[..., status_code, bytes]", True, True),
        ("[ip, user, ..., status_code = 404, bytes]", False, True),
        ("[ip, user, ...]", True, True),
        ("[ip, user]", False, False),
        ("[..., request=*.html*, status_code=4*,]", False, True),
        ("[a, b, c, d, e, f, g, ...]", True, True),
        ("[a, b, c, d, e, f, g, h, ...]", False, False),
        ('[ip, dash = "-", ...]', True, True),
    ],
)
def test_space_delimited_events(pattern: str, line: bool | None, missing: bool | None) -> None:
    if line is None:
        with pytest.raises(InvalidFilter):
            LogFilter.parse(pattern)
        return
    log_filter = LogFilter.parse(pattern)
    assert (log_filter.accepts(LINE), log_filter.accepts(MISSING_LINE)) == (line, missing)


@pytest.mark.parametrize(
    ("pattern", "accepted"),
    [
        ("[w1=ERROR, w2]", [False, True, False]),
        ("[w1=ERROR || w1=WARN, w2]", [False, True, True]),
        ("[w1=!ERROR&&w1=!WARN, w2]", [False, False, False]),
        ("[w1!=ERROR && w1!=WARN, ...]", [False, False, False]),
        ("[w1!=INFO, ...]", [True, True, True]),
    ],
)
def test_alternatives_in_a_field(pattern: str, accepted: list[bool]) -> None:
    log_filter = LogFilter.parse(pattern)
    assert [
        log_filter.accepts(event) for event in ("ERROR WARN message", "ERROR message", "WARN message")
    ] == accepted


def test_space_delimited_fields_are_extracted_as_documented() -> None:
    assert LogFilter.parse("[..., request=*.html*, status_code=4*,]").extract(MISSING_LINE) == {
        "$status_code": "404",
        "$request": "GET /index.html HTTP/1.0",
        "$7": "1534",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$3": "frank",
        "$2": "-",
        "$1": "127.0.0.1",
    }


@pytest.mark.parametrize(
    "pattern",
    [
        "foo-bar",
        "foo:bar",
        "ERROR*",
        "?",
        "-",
        '"unfinished',
        '"a"b',
        "%unfinished",
        "%%",
        "%something!%",
        "%(a|b)%",
        "%a b%",
        "%é%",
        "%*a%",
        "%a**%",
        "%a{3,2}%",
        "%a{9999}%",
        "%[%",
        "%[]%",
        "%[z-a]%",
        "%a$b%",
        "%\\q%",
        "%a% %b% %c%",
        "{ $.a = %a% && $.b = %b% && $.c = %c% }",
        "{ }",
        "{ $ = 1 }",
        "{ $.a }",
        "{ $.a = }",
        "{ $.a == 1 }",
        "{ $.a > text }",
        '{ $.a > "5" }',
        "{ $.a < %5% }",
        "{ $.a = 1",
        "{ $.a = 1 } x",
        "{ $.a = 1 $.b = 2 }",
        "{ $.a = 1 && }",
        "{ ($.a = 1 }",
        "{ $.a = 1) }",
        "{ a = 1 }",
        "{ $.a IS }",
        "{ $.a IS EMPTY }",
        "{ $.a NOT }",
        "{ $.a EXISTS }",
        "{ $.a & $.b }",
        "{" + "(" * 500 + "$.a = 1" + ")" * 500 + "}",
        "[a, b",
        "[a b]",
        "[a = 1 && b = 2]",
        "[..., a, ...]",
        "[a = ]",
        "[a > x]",
        "[1 = 2]",
        "[$.a = 2]",
        "x" * 1025,
    ],
)
def test_refuses(pattern: str) -> None:
    with pytest.raises(InvalidFilter) as refusal:
        LogFilter.parse(pattern)
    assert refusal.value.reason


def test_a_term_with_other_characters_is_named() -> None:
    with pytest.raises(InvalidFilter, match="Invalid character\\(s\\) in term 'foo-bar'"):
        LogFilter.parse("ERROR foo-bar")


@given(st.text('{}[]()$.=!<>&|?-%"\\,* ab1ISNULTEXO', max_size=40), st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_pattern_or_is_refused(pattern: str, message: str) -> None:
    for text in (pattern, f"{{ {pattern} }}", f"[{pattern}]"):
        try:
            log_filter = LogFilter.parse(text)
        except InvalidFilter:
            continue
        if not log_filter.accepts(message):
            assert log_filter.extract(message) == {}
