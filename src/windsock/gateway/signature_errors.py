"""What each service answers to a request whose signature is not good.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the pages on common errors of
the others.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from windsock.kernel.errors import AwsError
from windsock.kernel.models import protocols


class Fault(enum.Enum):
    """What can be wrong."""

    MISSING = enum.auto()
    INCOMPLETE = enum.auto()
    ALGORITHM = enum.auto()
    WRONG_SCOPE = enum.auto()
    WRONG_DATE = enum.auto()
    UNKNOWN_KEY = enum.auto()
    INVALID_TOKEN = enum.auto()
    TOKEN_EXPIRED = enum.auto()
    TOO_EARLY = enum.auto()
    TOO_LATE = enum.auto()
    URL_EXPIRED = enum.auto()
    MISMATCH = enum.auto()


_Answer = tuple[str, int, str]
"""Code, status and message; `{}` in it is what the raiser adds."""

_INVALID: Final = "The security token included in the request is invalid."
_MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)
_EARLY, _LATE = "Signature not yet current: {}", "Signature expired: {}"
_SCOPE: Final = "Credential should be scoped to {}. "
_DATE: Final = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."

_JSON: Final[Mapping[Fault, _Answer]] = {
    Fault.MISSING: ("MissingAuthenticationTokenException", 400, "Missing Authentication Token"),
    Fault.INCOMPLETE: ("IncompleteSignatureException", 400, "{}"),
    Fault.ALGORITHM: (
        "IncompleteSignatureException",
        400,
        "Unsupported AWS 'algorithm': '{}'.",
    ),
    Fault.WRONG_SCOPE: ("InvalidSignatureException", 400, _SCOPE),
    Fault.WRONG_DATE: ("InvalidSignatureException", 400, _DATE),
    Fault.UNKNOWN_KEY: ("UnrecognizedClientException", 400, _INVALID),
    Fault.INVALID_TOKEN: ("UnrecognizedClientException", 400, _INVALID),
    Fault.TOKEN_EXPIRED: (
        "ExpiredTokenException",
        400,
        "The security token included in the request is expired",
    ),
    Fault.TOO_EARLY: ("InvalidSignatureException", 400, _EARLY),
    Fault.TOO_LATE: ("InvalidSignatureException", 400, _LATE),
    Fault.URL_EXPIRED: ("InvalidSignatureException", 400, "Signature expired"),
    Fault.MISMATCH: ("InvalidSignatureException", 400, _MISMATCH),
}

_QUERY: Final[Mapping[Fault, _Answer]] = {
    Fault.MISSING: ("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
    Fault.INCOMPLETE: ("IncompleteSignature", 400, "{}"),
    Fault.ALGORITHM: ("IncompleteSignature", 400, "Unsupported AWS 'algorithm': '{}'."),
    Fault.WRONG_SCOPE: ("SignatureDoesNotMatch", 403, _SCOPE),
    Fault.WRONG_DATE: ("SignatureDoesNotMatch", 403, _DATE),
    Fault.UNKNOWN_KEY: ("InvalidClientTokenId", 403, _INVALID),
    Fault.INVALID_TOKEN: ("InvalidClientTokenId", 403, _INVALID),
    Fault.TOKEN_EXPIRED: ("ExpiredToken", 403, "The security token included in the request is expired"),
    Fault.TOO_EARLY: ("SignatureDoesNotMatch", 403, _EARLY),
    Fault.TOO_LATE: ("SignatureDoesNotMatch", 403, _LATE),
    Fault.URL_EXPIRED: ("SignatureDoesNotMatch", 403, "Signature expired"),
    Fault.MISMATCH: ("SignatureDoesNotMatch", 403, _MISMATCH),
}

_SKEWED: Final = (
    "RequestTimeTooSkewed",
    403,
    "The difference between the request time and the current time is too large.",
)
_S3: Final[Mapping[Fault, _Answer]] = {
    Fault.MISSING: ("AccessDenied", 403, "Access Denied"),
    Fault.INCOMPLETE: ("AuthorizationHeaderMalformed", 400, "The authorization header is malformed. {}"),
    Fault.ALGORITHM: (
        "InvalidRequest",
        400,
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    ),
    Fault.WRONG_SCOPE: ("AuthorizationHeaderMalformed", 400, "The authorization header is malformed; {}"),
    Fault.WRONG_DATE: (
        "AuthorizationHeaderMalformed",
        400,
        "The authorization header is malformed; " + _DATE,
    ),
    Fault.UNKNOWN_KEY: (
        "InvalidAccessKeyId",
        403,
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
    Fault.INVALID_TOKEN: ("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
    Fault.TOKEN_EXPIRED: ("ExpiredToken", 400, "The provided token has expired."),
    Fault.TOO_EARLY: _SKEWED,
    Fault.TOO_LATE: _SKEWED,
    Fault.URL_EXPIRED: ("AccessDenied", 403, "Request has expired"),
    Fault.MISMATCH: (
        "SignatureDoesNotMatch",
        403,
        "The request signature we calculated does not match the signature you provided. Check your key and "
        "signing method.",
    ),
}

_NOT_VALIDATED: Final = ("AuthFailure", 401, "AWS was not able to validate the provided access credentials")
_EXPIRED: Final = ("RequestExpired", 400, "Request has expired.")
_EC2: Final[Mapping[Fault, _Answer]] = dict.fromkeys(Fault, _NOT_VALIDATED) | {
    Fault.MISSING: ("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
    Fault.INCOMPLETE: ("IncompleteSignature", 400, "{}"),
    Fault.TOO_EARLY: _EXPIRED,
    Fault.TOO_LATE: _EXPIRED,
    Fault.URL_EXPIRED: _EXPIRED,
    Fault.TOKEN_EXPIRED: _EXPIRED,
}

_BY_PROTOCOL: Final[Mapping[str, Mapping[Fault, _Answer]]] = {
    "query": _QUERY,
    "ec2": _EC2,
    "rest-xml": _QUERY,
}
# REST services answer the same as JSON's, with the status of a refusal.
_REST_STATUS: Final = 403


def refusal(service: str, fault: Fault, detail: str = "") -> AwsError:
    """The error of a service (botocore's name) for a fault."""
    protocol = protocols(service)[0]
    answers = _S3 if service == "s3" else _BY_PROTOCOL.get(protocol, _JSON)
    code, status, message = answers[fault]
    if protocol == "rest-json":
        status = _REST_STATUS
    return AwsError(message.format(detail), code=code, status=status)
