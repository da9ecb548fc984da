"""JSONata mode: `{% ... %}` anywhere in Arguments, Output, Assign, Items, or as a field's value.

    template = JsonataTemplate.compile({"total": "{% $sum($states.input.prices) %}"}, field="Output")
    template.evaluate({"input": document, "result": result}, environment)

`states` is what `$states` holds besides `context`: `input`, and `result` or `errorOutput` where there is one.
jsonata-python evaluates the expressions: JSONata with `$partition`, `$range`, `$hash`, `$random(seed)`,
`$uuid` and `$parse`, without `$eval`, and bounded in depth, size and steps.

Source: "Transforming data with JSONata in Step Functions"
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from windsock.languages.asl.jsonata.template import JsonataTemplate

__all__ = ["JsonataTemplate"]
