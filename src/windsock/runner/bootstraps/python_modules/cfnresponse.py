"""Answers CloudFormation on behalf of a custom resource, as Lambda provides it to inline Python code.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
"""

import json
import sys

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(
    event,
    context,
    responseStatus,
    responseData,
    physicalResourceId=None,
    noEcho=False,
    reason=None,
):  # type: (dict[str, str], object, str, object, str | None, bool, str | None) -> None
    """PUT the outcome to the event's ResponseURL. A failure to do so is printed, never raised."""
    stream = context.log_stream_name  # type: ignore[attr-defined]
    answer = json.dumps(
        {
            "Status": responseStatus,
            "Reason": reason or "See the details in CloudWatch Log Stream: " + stream,
            "PhysicalResourceId": physicalResourceId or stream,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
            "NoEcho": noEcho,
            "Data": responseData,
        }
    )
    sys.stdout.write("Response body:\n" + answer + "\n")
    try:
        status = _put(event["ResponseURL"], answer.encode("utf-8"))
        sys.stdout.write("Status code: " + str(status) + "\n")
    except Exception as error:
        sys.stdout.write("send(..) failed executing the request: " + str(error) + "\n")


def _put(url, body):  # type: (str, bytes) -> int
    """The status of the answer."""
    try:
        from urllib.request import Request, urlopen
    except ImportError:  # Python 2
        from urllib2 import Request, urlopen  # type: ignore
    request = Request(url, data=body, headers={"content-type": ""})
    request.get_method = lambda: "PUT"  # type: ignore[method-assign]
    answer = urlopen(request)
    return int(answer.getcode())
