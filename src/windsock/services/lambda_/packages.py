"""Code packages: zip archives kept by their SHA-256, and unpacked when a function of theirs first runs.

Functions and layers that hold the same archive share it. The unpacked copy is a cache of this run of
windsock, away from the data directory: a function's own path must not lead there.
Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import shutil
import stat
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from windsock.kernel.errors import InternalFailure
from windsock.kernel.own_directories import OwnDirectory
from windsock.kernel.scope import Scope
from windsock.services.lambda_.errors import InvalidParameterValue
from windsock.services.lambda_.limits import UNZIPPED_BYTES
from windsock.services.lambda_.tables import layer_versions, packages, versions
from windsock.store.statements import Statement, upsert
from windsock.store.transaction import Snapshot, Transaction

if TYPE_CHECKING:
    from windsock.engine.engine import Engine

_KEEP = Statement(upsert(packages))
_CONTENT = Statement(
    sa.select(packages.c.content).where(
        packages.c.account == sa.bindparam("account"),
        packages.c.region == sa.bindparam("region"),
        packages.c.sha256 == sa.bindparam("sha256"),
    )
)
_TOTAL = Statement(
    sa.select(sa.func.coalesce(sa.func.sum(packages.c.size), 0)).where(
        packages.c.account == sa.bindparam("account"), packages.c.region == sa.bindparam("region")
    )
)


def _unused(table: sa.Table) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(
        table.c.account == packages.c.account,
        table.c.region == packages.c.region,
        table.c.package == packages.c.sha256,
    )


_DISCARD_UNUSED = Statement(
    sa.delete(packages).where(
        packages.c.account == sa.bindparam("of_account"),
        packages.c.region == sa.bindparam("of_region"),
        _unused(versions),
        _unused(layer_versions),
    )
)


@dataclass(frozen=True, slots=True)
class Package:
    """A checked zip archive; `sha256` is hexadecimal."""

    content: bytes
    sha256: str

    @property
    def size(self) -> int:
        """The size of the archive in bytes."""
        return len(self.content)


def package_of(content: bytes) -> Package:
    """The package in an archive. Raises InvalidParameterValue for one that cannot be unpacked."""
    if not content:
        raise InvalidParameterValue("Uploaded file must be a non-empty zip")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
            sound = all(_stays_inside(member.filename) for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _unusable() from error
    if not sound:
        raise _unusable()
    if size > UNZIPPED_BYTES:
        raise InvalidParameterValue(f"Unzipped size must be smaller than {UNZIPPED_BYTES} bytes")
    return Package(content, hashlib.sha256(content).hexdigest())


def empty_package() -> Package:
    """An archive of nothing: for functions whose code is a directory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w"):
        pass
    return package_of(buffer.getvalue())


def base64_digest(sha256: str) -> str:
    """A digest as the API tells it (`CodeSha256`)."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def keep(tx: Transaction, scope: Scope, package: Package) -> None:
    """Store a package; one that is there already is kept."""
    tx.execute(
        _KEEP,
        {
            "account": scope.account,
            "region": scope.region,
            "sha256": package.sha256,
            "size": package.size,
            "content": package.content,
        },
    )


def discard_unused(tx: Transaction, scope: Scope) -> None:
    """Remove packages that no version and no layer holds any more."""
    tx.execute(_DISCARD_UNUSED, {"of_account": scope.account, "of_region": scope.region})


def content_of(tx: Snapshot, scope: Scope, sha256: str) -> bytes | None:
    """A stored archive."""
    content: bytes | None = tx.scalar(
        _CONTENT, {"account": scope.account, "region": scope.region, "sha256": sha256}
    )
    return content


def stored_bytes(tx: Snapshot, scope: Scope) -> int:
    """How much all packages take."""
    total: int = tx.scalar(_TOTAL, {"account": scope.account, "region": scope.region})
    return total


def location_of(endpoint: str, scope: Scope, sha256: str) -> str:
    """Where a stored archive can be fetched."""
    return f"{endpoint}/_windsock/lambda/packages/{scope.account}/{scope.region}/{sha256}"


class UnpackedPackages:
    """Packages on the disk, in a temporary directory: one directory each, never changed, kept while held."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = OwnDirectory()
        self._lock = asyncio.Lock()
        self._holders: Counter[Path] = Counter()
        engine.on_stop(self._remove)

    async def hold(self, scope: Scope, sha256: str) -> Path:
        """Where a package is unpacked, unpacking it first if need be. It stays until it is released."""
        directory = self._own.path / sha256
        async with self._lock:
            if not directory.is_dir():
                content = self._engine.store.read(lambda tx: content_of(tx, scope, sha256))
                if content is None:
                    raise InternalFailure(f"The package {sha256} is not in the store.")
                await asyncio.to_thread(_unpack, content, directory)
            self._holders[directory] += 1
        return directory

    async def release(self, directory: Path) -> None:
        """What `hold` gave is needed no longer; a directory that it did not give is left alone."""
        async with self._lock:
            if directory not in self._holders:
                return
            self._holders[directory] -= 1
            if not self._holders[directory]:
                del self._holders[directory]
                await asyncio.to_thread(shutil.rmtree, directory)

    async def _remove(self) -> None:
        await asyncio.to_thread(self._own.remove)


def _unpack(content: bytes, directory: Path) -> None:
    # Beside its place and then renamed, so that an interrupted unpacking leaves no half a package.
    unfinished = Path(tempfile.mkdtemp(dir=directory.parent, prefix=".unpacking-"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                _extract(archive, member, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(directory)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, root: Path) -> None:
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        _link(root, root / member.filename, archive.read(member).decode())
        return
    path = Path(archive.extract(member, root))
    # As Lambda has it: everybody may read; what was executable stays so.
    path.chmod(0o755 if path.is_dir() or mode & 0o111 else 0o644)


def _link(root: Path, link: Path, target: str) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    if (link.parent / target).resolve().is_relative_to(root.resolve()):
        link.symlink_to(target)


def _stays_inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/")


def _unusable() -> InvalidParameterValue:
    return InvalidParameterValue(
        "Could not unzip uploaded file. Please check your file, then try to upload again."
    )
