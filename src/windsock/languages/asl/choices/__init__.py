"""Choice rules of JSONPath mode: comparisons, And, Or and Not. (JSONata mode has a Condition instead.)

    rule = Rule.compile({"Variable": "$.n", "NumericGreaterThan": 3, "Next": "Big"})
    rule.holds(document, environment)

Next, Assign, Output and Comment of a rule are not looked at. An operator is a body in `operators/` under the
decorator `@operator`, found by itself.

Source: "Choice workflow state"
https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
"""

from windsock.languages.asl.choices.rule import Rule

__all__ = ["Rule"]
