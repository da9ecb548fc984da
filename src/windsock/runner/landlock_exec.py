"""Gives up what the first argument says is hidden, then becomes the program that follows.

    python -I -S landlock_exec.py RULES program argument...

RULES is JSON: `{"hidden": [...], "read": [...], "write": [...], "files": 1024}`. All can be read but what
lies in a hidden directory; of that only what `read` names, and nothing can be written but `write`. Landlock
knows only what is allowed, so that is what stands beside the way to what is hidden: with `/srv/windsock` each
entry of `/` but `srv`, and each of `/srv` but `windsock`.

A program of its own, because what Landlock takes away stays taken, for the process and all it starts: their
files, the memory and environment of processes outside, and signals to them. It imports nothing of windsock.
Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from collections.abc import Iterator

# The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
ASK_VERSION = 1
PR_SET_NO_NEW_PRIVS = 38
PR_CAPBSET_DROP = 24
# What is left of root's: dealing with files of other users, and low ports. With more, root could look into
# other processes in spite of Landlock.
# They are CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER and CAP_NET_BIND_SERVICE.
KEPT_CAPABILITIES = frozenset({0, 1, 2, 3, 10})
LAST_CAPABILITY = 63

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
READING = EXECUTE | READ_FILE | READ_DIR
# Everything of the first version; REFER came with the second, TRUNCATE with the third.
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
# What can be said of a file that is no directory.
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
# Since the sixth version: no signals and no abstract sockets to processes outside.
SCOPES, SCOPES_SINCE = 0b11, 6

libc = ctypes.CDLL(None, use_errno=True)


class Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class PathBeneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    return max(int(libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)), 0)


def checked(result: int) -> int:
    """The result of a system call. Raises OSError."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result


def beside(directory: str, hidden: list[str]) -> Iterator[str]:
    """What can be allowed below a directory so that nothing hidden is."""
    if not any(leads(directory, path) for path in hidden):
        yield directory
    elif directory not in hidden:
        for entry in os.scandir(directory):
            target = os.path.realpath(entry.path)
            if not entry.is_symlink():
                yield from beside(entry.path, hidden)
            elif not any(leads(target, path) or leads(path, target) for path in hidden):
                yield entry.path


def leads(directory: str, path: str) -> bool:
    """Whether a path lies in a directory or is it."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def confine(readable: list[str], writable: list[str]) -> None:
    """Keep this process to what is named. A path that is not there is left out."""
    known = version()
    rights = RIGHTS[min(known, max(RIGHTS))]
    wanted = Ruleset(rights, 0, SCOPES if known >= SCOPES_SINCE else 0)
    size = ctypes.sizeof(Ruleset) if known >= SCOPES_SINCE else ctypes.sizeof(ctypes.c_uint64)
    ruleset = checked(libc.syscall(CREATE_RULESET, ctypes.byref(wanted), size, 0))
    for paths, allowed in ((readable, READING), (writable, rights)):
        for path in paths:
            allow(ruleset, path, allowed)
    for capability in range(LAST_CAPABILITY + 1):
        if capability not in KEPT_CAPABILITIES:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # only root has any to drop, and may
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    checked(libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def allow(ruleset: int, path: str, allowed: int) -> None:
    """Let what is beneath a path be used so."""
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib would be half of the start
        allowed &= OF_FILES
    rule = PathBeneath(allowed, parent)
    checked(libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0))
    os.close(parent)


def main() -> None:
    """Confine this process and become the program."""
    rules = json.loads(sys.argv[1])
    os.umask(0o022)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = rules["files"] if most == resource.RLIM_INFINITY else min(rules["files"], most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    confine([*beside("/", rules["hidden"]), *rules["read"]], rules["write"])
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - this is what it is for


if __name__ == "__main__":
    main()
