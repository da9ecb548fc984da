"""The models' regular expressions in Python."""

from __future__ import annotations

import pytest
from botocore.loaders import Loader

from windsock.engine.model_patterns import compile_pattern

MATCHES = [
    (r"[\.\-_A-Za-z0-9]+", "a.b-c_1", True),
    (r"[\.\-_A-Za-z0-9]+", "a b", False),
    (r"^[a-z]+$", "abc\n", False),
    (r"\d+", "٣", False),
    (r"\w+", "é", False),
    (r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", "Größe 漢字 1:2/3", True),
    (r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", "a!b", False),
    (r"\p{Lu}\p{Ll}*", "Éa", True),
    (r"\p{Lu}", "é", False),
    (r"[^\p{Cntrl}]*", "a\x01", False),
    (r"[\P{M}\p{M}]*", "áé🎐", True),
    (r"\P{C}*", "a\x00", False),
    (r"\P{C}*", "añ🎐", True),
    (r"[\p{Punct}]+", "!~[]\\^`{|}", True),
    (r"\p{Alnum}+", "a1_", False),
    (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a🎐\n", True),
    (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a\x01", False),
    (r"[\x{10000}-\x{10FFFF}]", "🎐", True),
    (r"[\w-_]+", "a-b", True),
    (r"[[a]+", "[a", True),
    (r"[a&&b~|]+", "a&b~|", True),
    (r"a\z", "a", True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "value", "matches"), MATCHES)
def test_patterns_match_whole_values(pattern: str, value: str, matches: bool) -> None:
    compiled = compile_pattern(pattern)
    assert compiled is not None
    assert (compiled.fullmatch(value) is not None) is matches


@pytest.mark.parametrize("pattern", ["[a", r"\p{NoSuchCategory}", r"\P{Alnum}", "a{4096}{2}{99999999999}"])
def test_a_pattern_that_python_cannot_express_refuses_nothing(pattern: str) -> None:
    assert compile_pattern(pattern) is None


# The patterns that Python cannot express, of some services: flags in the middle, wrong quantifiers.
SKIPPED = {
    "budgets": {r"^(?![^:\\]*/action/|(?i).*<script>.*</script>.*)[^:\\]+$"},
    "fsx": {"^(?i)(true|false)$"},
    "rbin": {r"^arn:\S+:rbin:[a-z\-0-9]{0,63}:[0-9]{12}:rule/[0-9a-zA-Z]{11}{0,1011}$"},
}
NATIVE = (
    *("cloudformation", "cloudtrail", "cloudwatch", "codebuild", "codecommit", "codepipeline", "config"),
    *("dynamodb", "ec2", "ecr", "ecs", "events", "firehose", "health", "iam", "inspector", "kinesis"),
    *(
        "lambda",
        "logs",
        "macie2",
        "pipes",
        "rds",
        "s3",
        "scheduler",
        "sns",
        "sqs",
        "ssm",
        "stepfunctions",
        "sts",
    ),
)


@pytest.mark.parametrize("service", [*NATIVE, *SKIPPED])
def test_every_pattern_of_a_service_is_expressed_but_those_listed(service: str) -> None:
    shapes = Loader().load_service_model(service, "service-2")["shapes"]
    patterns = {shape["pattern"] for shape in shapes.values() if "pattern" in shape}
    skipped = {pattern for pattern in patterns if compile_pattern(pattern) is None}
    assert skipped == SKIPPED.get(service, set())
