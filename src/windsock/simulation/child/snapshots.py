"""The state of moto, written to a file and read back from it.

Everything goes into one pickle, so that what services share stays shared. A fork of this process writes it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import traceback
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from pathlib import Path
from pickle import Unpickler
from typing import Any, BinaryIO, Final

import cloudpickle
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from moto.core.base_backend import AccountSpecificBackend, BackendDict

from windsock.kernel.file_bodies import FileBody

Backends = Any  # moto's BackendDict: accounts to regions to backends

_LOCKS: Final[dict[type, Callable[[], Any]]] = {
    type(threading.Lock()): threading.Lock,
    type(threading.RLock()): threading.RLock,
}
_PLAIN: Final = (dict, list, defaultdict, OrderedDict)
_KEYS: Final = (RSAPrivateKey, EllipticCurvePrivateKey, Ed25519PrivateKey)
# What each mapping of backends is made with; what else it holds is state.
_MADE_WITH: Final = frozenset(vars(BackendDict(object, "", use_boto3_regions=False)))


def write(file: Path, *, durable: bool) -> bool:
    """Write the state to `file`; whether that went well."""
    pid = _write_beside(file, durable=durable)
    with contextlib.suppress(ChildProcessError):  # it is not kept to be asked how it ended
        os.waitpid(pid, 0)
    return file.exists()


def begin_to_write(file: Path, *, durable: bool) -> None:
    """Have the state written to `file` as it is now, while this process goes on."""
    _write_beside(file, durable=durable)


def _write_beside(file: Path, *, durable: bool) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _write(file, durable=durable)
    except BaseException:  # noqa: BLE001  (nothing of the parent's may go on in the fork)
        traceback.print_exc()
    finally:
        os._exit(0)


def _write(file: Path, *, durable: bool) -> None:
    """Name the file when it is on disk and was read back: what led to the state is forgotten then."""
    partial = file.with_suffix(".partial")
    with partial.open("wb") as out:
        pickler = _Pickler(out)
        pickler.dump({_name_of(backends): _state_of(backends) for backends in BackendDict._instances})
        out.flush()
        if durable:
            os.fsync(out.fileno())
    with partial.open("rb") as source:
        _Unpickler(source).load()
    file.with_suffix(".bodies").write_text("\n".join(sorted(pickler.bodies)))
    partial.rename(file)


def read(file: Path) -> None:
    """Take on the state in a file."""
    with file.open("rb") as source:
        state = _Unpickler(source).load()
    for name, (extras, accounts) in state.items():
        backends = _named(name)
        backends.__dict__.update(extras)
        for account, regions in accounts.items():
            dict.update(backends[account], regions)


def _state_of(backends: Backends) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    extras = {name: value for name, value in vars(backends).items() if name not in _MADE_WITH}
    return extras, {account: dict(regions.items()) for account, regions in backends.items()}


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Locks become new ones, keys their DER form; the mappings of backends are named, not copied.

    `bodies` are the names of the files the state refers to.
    """

    def __init__(self, out: BinaryIO) -> None:
        super().__init__(out)
        self.bodies: set[str] = set()

    def persistent_id(self, thing: Any) -> tuple[str, ...] | None:
        if isinstance(thing, BackendDict):
            return (_name_of(thing),)
        if isinstance(thing, AccountSpecificBackend):
            owner = next(each for each in BackendDict._instances if each.service_name == thing.service_name)
            return (_name_of(owner), thing.account_id)
        return None

    def reducer_override(self, thing: Any) -> Any:
        lock = _LOCKS.get(type(thing))
        if lock is not None:
            return lock, ()
        if isinstance(thing, FileBody):
            self.bodies.add(thing.path.name)
        if isinstance(thing, _KEYS):
            der = thing.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            return _private_key, (der,)
        if isinstance(thing, dict) and type(thing) not in _PLAIN:
            return _bare, (type(thing),), (_attributes(thing), dict.copy(thing)), None, None, _fill_dict
        if isinstance(thing, list) and type(thing) not in _PLAIN:
            return _bare, (type(thing),), (_attributes(thing), list.copy(thing)), None, None, _fill_list
        return super().reducer_override(thing)


class _Unpickler(Unpickler):
    def persistent_load(self, name: tuple[str, ...]) -> Any:
        backends = _named(name[0])
        return backends[name[1]] if len(name) > 1 else backends


# Kinds of dict and list of moto's own are filled past their own methods, which may do more than to store.


def _attributes(thing: Any) -> dict[str, Any]:
    factory = {"default_factory": thing.default_factory} if isinstance(thing, defaultdict) else {}
    return {**vars(thing), **factory}


def _bare(kind: Any) -> Any:
    return kind.__new__(kind)


def _fill_dict(thing: Any, state: tuple[dict[str, Any], dict[Any, Any]]) -> None:
    attributes, items = state
    for name, value in attributes.items():
        setattr(thing, name, value)
    dict.update(thing, items)


def _fill_list(thing: Any, state: tuple[dict[str, Any], list[Any]]) -> None:
    attributes, items = state
    vars(thing).update(attributes)
    list.extend(thing, items)


def _private_key(der: bytes) -> Any:
    return load_der_private_key(der, None)


def _name_of(backends: Backends) -> str:
    """Where the mapping is found: the module of moto's and the variable there."""
    module = backends.backend.__module__
    for variable, value in vars(sys.modules[module]).items():
        if value is backends:
            return f"{module}:{variable}"
    raise LookupError(f"the backends of {backends.service_name} are no variable of {module}")


def _named(name: str) -> Backends:
    module, _, variable = name.partition(":")
    __import__(module)
    found: Backends = getattr(sys.modules[module], variable)
    return found
