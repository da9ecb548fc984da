"""Templates: read as CloudFormation reads them, given parameters, evaluated, put in order."""

from __future__ import annotations

from typing import Any

import pytest

from windsock.languages.stacks import (
    Environment,
    Evaluation,
    ParameterError,
    TemplateError,
    attributes_in,
    check_references,
    dependencies,
    given_texts,
    in_order,
    read_template,
    values_of,
)

ENVIRONMENT = Environment(
    "111122223333",
    "eu-west-1",
    "shop",
    "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1",
    exports={"network-Vpc": "vpc-1"},
)


class Told:
    """Resources that tell their own names."""

    def ref(self, logical_id: str) -> str:
        return f"id-of-{logical_id}"

    def attribute(self, logical_id: str, name: str) -> str:
        return f"{name}-of-{logical_id}"


def evaluated(value: str, rest: str = "", **parameters: str) -> Any:
    """A value as YAML, evaluated as the property P of one of two resources."""
    text = f"Resources: {{Other: {{Type: T}}, R: {{Type: T, Properties: {{P: {value}}}}}}}\n{rest}"
    template = read_template(text)
    texts = given_texts(template, parameters, {})
    evaluation = Evaluation(template, values_of(template, texts), ENVIRONMENT, Told())
    return evaluation.properties(template.resources["R"]).get("P", "(left out)")


REST = """
Parameters: {Name: {Type: String, Default: a}, List: {Type: CommaDelimitedList, Default: "x, y"}}
Mappings: {M: {eu-west-1: {Ami: ami-1}, "1": {two: [3, 4]}}}
Conditions:
  IsA: !Equals [!Ref Name, a]
  IsB: !Equals [!Ref Name, b]
  Neither: !Not [!Or [Condition: IsA, !Condition IsB]]
  Both: !And [Condition: IsA, !Not [Condition: IsB]]
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!Ref Name", "a"),
        ("!Ref List", ["x", "y"]),
        ("!Ref Other", "id-of-Other"),
        ("!Ref AWS::Region", "eu-west-1"),
        ("!Ref 'AWS::StackName'", "shop"),
        ("!Ref AWS::NoValue", "(left out)"),
        ("{A: !Ref 'AWS::NoValue', B: [1, !Ref 'AWS::NoValue']}", {"B": [1]}),
        ("!GetAtt Other.Arn", "Arn-of-Other"),
        ("!GetAtt [Other, Outputs.Vpc]", "Outputs.Vpc-of-Other"),
        ("{'Fn::GetAtt': [Other, !Ref Name]}", "a-of-Other"),
        ("!Sub '${Name}-${Other}-${Other.Arn}-${AWS::AccountId}'", "a-id-of-Other-Arn-of-Other-111122223333"),
        ("!Sub '${ Name }'", "a"),
        ("!Sub '${!Name}'", "${Name}"),
        ("!Sub ['${X}${Name}', {X: !Ref Other}]", "id-of-Othera"),
        ("!Join ['-', [a, 1, true, !Ref Name]]", "a-1-true-a"),
        ("!Join [',', !Ref List]", "x,y"),
        ("!Split [',', 'a,b,']", ["a", "b", ""]),
        ("!Select ['1', !Ref List]", "y"),
        ("!Select [0, !GetAZs '']", "eu-west-1a"),
        ("!FindInMap [M, !Ref 'AWS::Region', Ami]", "ami-1"),
        ("!FindInMap [M, 1, two]", [3, 4]),
        ("!FindInMap [M, absent, Ami, {DefaultValue: none}]", "none"),
        ("!ImportValue network-Vpc", "vpc-1"),
        ("{'Fn::ImportValue': !Sub 'network-${X}'}", TemplateError),
        ("!Base64 hé", "aMOp"),
        ("{'Fn::Base64': !Sub '${Name}'}", "YQ=="),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!If [IsA, 1, !Ref Absent]", 1),
        ("!If [IsB, 1, !Ref 'AWS::NoValue']", "(left out)"),
        ("!If [Neither, 1, !If [Both, 2, 3]]", 2),
        ("{Condition: {Bool: {x: y}}}", {"Condition": {"Bool": {"x": "y"}}}),
        ("!Length [1, 2]", 2),
        ("!ToJsonString {a: [1, !Ref Name]}", '{"a":[1,"a"]}'),
        ("2010-09-09", "2010-09-09"),
        ("yes", True),
    ],
)
def test_values(value: str, expected: Any) -> None:
    if expected is TemplateError:
        with pytest.raises(TemplateError):
            evaluated(value, REST)
    else:
        assert evaluated(value, REST) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("!Ref Absent", "Unresolved resource dependencies [Absent] in the Resources block"),
        ("{Ref: [a]}", "every Ref object must have a single String value."),
        ("!GetAtt Absent.Arn", "Fn::GetAtt references undefined resource Absent"),
        ("!GetAtt Other", "every Fn::GetAtt object requires two non-empty parameters"),
        ("!Join [a]", "every Fn::Join object requires two parameters"),
        ("!Join ['', [[a]]]", "every Fn::Join object requires two parameters"),
        ("!Split ['', a]", "every Fn::Split object requires two parameters"),
        ("!Select [2, [a, b]]", "Fn::Select requires a list argument with two elements"),
        ("!Select [2, !Split ['-', a-b]]", "Fn::Select cannot select nonexistent value at index 2"),
        ("!Select [a, [a, b]]", "Fn::Select requires a list argument with two elements"),
        ("!Sub [a]", "Fn::Sub intrinsic functions don't specify expected arguments"),
        ("!FindInMap [M, absent, Ami]", "Unable to get mapping for M::absent::Ami"),
        ("!FindInMap [N, a, b]", "Mapping named 'N' is not present"),
        ("!ImportValue absent", "No export named absent found."),
        ("!If [Absent, 1, 2]", "unresolved condition dependency Absent in Fn::If"),
        ("!Cidr [10.0.0.0/24, 3, 7]", "does not hold 3 blocks of /25"),
        ("!Nonsense 1", "Fn::Nonsense is not a supported intrinsic function"),
    ],
)
def test_what_cannot_be_evaluated(value: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        evaluated(value, REST)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Template format error: JSON not well-formed. (line 1, column 2)"),
        ("a: [", "Template format error: YAML not well-formed. (line 1, column 5)"),
        ("just text", "Template format error: unsupported structure."),
        ("{}", "Template format error: At least one Resources member must be defined."),
        ("Stuff: 1", "Invalid template property or properties [Stuff]"),
        ("Resources: {'A-B': {Type: T}}", "Template format error: Resource name A-B is non alphanumeric."),
        ("Resources: {A: {}}", "Template format error: Every Resources object must contain a Type member."),
        ("Resources: {A: {Type: T, Propertys: {}}}", "Invalid template resource property 'Propertys'"),
        (
            "AWSTemplateFormatVersion: 2011-01-01\nResources: {A: {Type: T}}",
            "Template format error: 2011-01-01 is not a supported value.",
        ),
        (
            "Resources: {A: {Type: T}}\nOutputs: {O: {}}",
            "Template format error: Every Outputs member must contain a Value object",
        ),
    ],
)
def test_what_is_no_template(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(text)
    assert str(caught.value) == message


def test_references_are_checked_and_order() -> None:
    template = read_template(
        """
        Resources:
          C: {Type: T, Properties: {P: !Sub '${B.Arn}'}}
          B: {Type: T, DependsOn: D, Properties: {P: [{X: !Ref A}]}}
          A: {Type: T}
          D: {Type: T, Properties: {P: !GetAtt A.Arn}}
        """
    )
    check_references(template)
    needed = {name: dependencies(template, each) for name, each in template.resources.items()}
    assert needed == {"A": set(), "B": {"A", "D"}, "C": {"B"}, "D": {"A"}}
    assert in_order(needed) == ["A", "D", "B", "C"]
    assert set(attributes_in(template.body)) == {("B", "Arn"), ("A", "Arn")}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Resources: {A: {Type: T, Properties: {P: !Ref B}}, B: {Type: T, Properties: {P: !GetAtt A.X}}}",
            "Circular dependency between resources: [A, B]",
        ),
        (
            "Resources: {A: {Type: T, DependsOn: X}}",
            "Template format error: Unresolved resource dependencies [X] in the Resources block of the "
            "template",
        ),
        (
            "Resources: {A: {Type: T}}\nOutputs: {O: {Value: !Ref X}}",
            "Template format error: Unresolved resource dependencies [X] in the Outputs block of the "
            "template",
        ),
    ],
)
def test_references_that_lead_nowhere(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        check_references(read_template(text))
    assert str(caught.value) == message


PARAMETERS = read_template(
    """
    Parameters:
      Size: {Type: Number, Default: 5, MinValue: 1, MaxValue: 10}
      Zone: {Type: String, AllowedValues: [a, b], Default: a}
      Name: {Type: String, AllowedPattern: '[a-z]+', MinLength: 2, MaxLength: 4, Default: abc}
      Mail: {Type: String, AllowedPattern: '.+@.+', ConstraintDescription: a mail address, Default: a@b}
      Free: {Type: String}
    Resources: {R: {Type: T}}
    """
)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Parameters: [Free] must have values"),
        ({"Free": "", "Other": "x"}, "Parameters: [Other] do not exist in the template"),
        ({"Free": "", "Size": "0"}, "Parameter 'Size' must be a number not less than 1"),
        ({"Free": "", "Size": "11"}, "Parameter 'Size' must be a number not greater than 10"),
        ({"Free": "", "Size": "many"}, "Parameter 'Size' must be a number"),
        ({"Free": "", "Zone": "c"}, "Parameter 'Zone' must be one of AllowedValues"),
        ({"Free": "", "Name": "ABC"}, "Parameter 'Name' must match pattern [a-z]+"),
        ({"Free": "", "Name": "abcde"}, "Parameter 'Name' must contain at most 4 characters"),
        ({"Free": "", "Mail": "x"}, "Parameter Mail failed to satisfy constraint: a mail address"),
    ],
)
def test_parameters_that_will_not_do(given: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        given_texts(PARAMETERS, given, {})
    assert str(caught.value) == message


def test_parameters_are_given_kept_or_their_defaults() -> None:
    texts = given_texts(PARAMETERS, {"Free": ""}, {"Size": "7", "Zone": "b"}, frozenset({"Size"}))
    assert texts == {"Size": "7", "Zone": "a", "Name": "abc", "Mail": "a@b", "Free": ""}


@pytest.mark.parametrize(
    "text",
    ["Resources: {A: {Type: T}, A: {Type: U}}", '{"Resources": {"A": {"Type": "T"}, "A": {"Type": "U"}}}'],
)
def test_of_a_name_that_is_there_twice_the_last_counts(text: str) -> None:
    assert read_template(text).resources["A"].type == "U"
