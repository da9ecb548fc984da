"""Base64 and hashes."""

from __future__ import annotations

import base64
from binascii import Error as Base64Error
from typing import Any

from windsock.languages.asl.intrinsics.registry import WrongArgument, a_string, intrinsic
from windsock.languages.asl.limits import MAX_INTRINSIC_CHARACTERS
from windsock.languages.asl.values import HASHES


@intrinsic("Base64Encode", 1)
def base64_encode(text: Any) -> Any:
    """The UTF-8 of a text in Base64."""
    data = a_string(text, MAX_INTRINSIC_CHARACTERS).encode(errors="surrogatepass")
    return base64.b64encode(data).decode()


@intrinsic("Base64Decode", 1)
def base64_decode(text: Any) -> Any:
    """The text whose UTF-8 is given in Base64."""
    try:
        data = base64.b64decode(a_string(text, MAX_INTRINSIC_CHARACTERS), validate=True)
    except (Base64Error, ValueError) as error:
        raise WrongArgument("the string is no Base64") from error
    return data.decode(errors="replace")


@intrinsic("Hash", 2)
def hash_(data: Any, algorithm: Any) -> Any:
    """The hash of a text's UTF-8, in hexadecimal."""
    data = a_string(data, MAX_INTRINSIC_CHARACTERS)
    if not isinstance(algorithm, str) or algorithm not in HASHES:
        raise WrongArgument(f"the algorithm must be one of {', '.join(HASHES)}")
    return HASHES[algorithm](data.encode(errors="surrogatepass")).hexdigest()
