"""S3: an object is what its digests say, or it is refused."""

from __future__ import annotations

import base64
import hashlib
import zlib
from pathlib import Path

import pytest
from tests.unit.simulation.conftest import Machine

from windsock.kernel.errors import AwsError
from windsock.kernel.file_bodies import FileBody


def _encoded(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


DIGESTS = {
    "ContentMD5": _encoded(hashlib.md5(b"text").digest()),
    "ChecksumCRC32": _encoded(zlib.crc32(b"text").to_bytes(4, "big")),
    "ChecksumSHA1": _encoded(hashlib.sha1(b"text").digest()),
    "ChecksumSHA256": _encoded(hashlib.sha256(b"text").digest()),
}


@pytest.mark.parametrize("name", DIGESTS)
async def test_digests_are_compared(machine: Machine, name: str) -> None:
    driver = machine.driver
    await driver("s3", "CreateBucket", Bucket="things")
    await driver("s3", "PutObject", Bucket="things", Key="key", Body=b"text", **{name: DIGESTS[name]})
    for body, digest, code in [(b"tixt", DIGESTS[name], "BadDigest"), (b"text", "AAAA", "InvalidDigest")]:
        with pytest.raises(AwsError) as refused:
            await driver("s3", "PutObject", Bucket="things", Key="key", Body=body, **{name: digest})
        assert refused.value.code == code
    assert (await driver("s3", "GetObject", Bucket="things", Key="key"))["Body"] == b"text"


async def test_digests_of_a_part_in_a_file_are_compared(machine: Machine, tmp_path: Path) -> None:
    driver = machine.driver
    await driver("s3", "CreateBucket", Bucket="things")
    upload = (await driver("s3", "CreateMultipartUpload", Bucket="things", Key="key"))["UploadId"]
    where = {"Bucket": "things", "Key": "key", "UploadId": upload, "PartNumber": 1}

    def body() -> FileBody:
        path = tmp_path / "body"
        path.write_bytes(b"text")
        return FileBody(path, 4)

    with pytest.raises(AwsError, match="CRC32"):
        await driver("s3", "UploadPart", **where, Body=body(), ChecksumCRC32="AAAAAA==")
    part = await driver("s3", "UploadPart", **where, Body=body(), ChecksumCRC32=DIGESTS["ChecksumCRC32"])
    assert part["ETag"].strip('"') == hashlib.md5(b"text").hexdigest()
