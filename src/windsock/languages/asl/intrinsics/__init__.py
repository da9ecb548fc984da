"""Intrinsic functions of JSONPath mode: `States.Format('Hello, {}', $.name)`.

    call = Call.parse("States.MathAdd($.n, 1)")
    call.evaluate(document, environment)

A function is a body in `functions/` under the decorator `@intrinsic`, found by itself.

Source: "Intrinsic functions for JSONPath states in Step Functions"
https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from windsock.languages.asl.intrinsics.call import Call

__all__ = ["Call"]
