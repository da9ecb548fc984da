"""The cluster that an instance's user data names to the agent of ECS.

Nothing is executed: what would write `ECS_CLUSTER` to `/etc/ecs/ecs.config`, or start the agent with it, is
recognised. Scripts, `#cloud-config`, MIME multipart, PowerShell and Bottlerocket's TOML are understood.
Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_windows_container_instance.html and
https://cloudinit.readthedocs.io/en/latest/explanation/format.html
"""

from __future__ import annotations

import base64
import email
import gzip
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import yaml

DEFAULT: Final = "default"

_CONFIG: Final = "/etc/ecs/ecs.config"
_AGENT: Final = "amazon-ecs-agent"
_GZIP: Final = b"\x1f\x8b"

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_ASSIGNED = re.compile(
    r"^\s*(?:export\s+|readonly\s+|local\s+)?(\w+)=([\"']?)([^\"'\s;]*)\2\s*;?\s*(?:#.*)?$"
)
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_CLUSTER = re.compile(r"ECS_CLUSTER\s*=\s*([\"']?)((?:\$\{\w+\}|[^\s\"'`\\;>|&)])*)")
_POWERSHELL = re.compile(r"Initialize-ECSAgent\b([^\r\n]*)", re.IGNORECASE)
_POWERSHELL_CLUSTER = re.compile(r"-Cluster\s+([\"']?)([^\s\"']+)\1", re.IGNORECASE)
_POWERSHELL_VARIABLE = re.compile(
    r"SetEnvironmentVariable\(\s*[\"']ECS_CLUSTER[\"']\s*,\s*[\"']([^\"']+)[\"']"
)


def named_cluster(user_data: bytes) -> str | None:
    """The cluster the agent is to register in; None when the user data tells it of none.

    The last that is named counts, as the last line of the agent's configuration does.
    """
    named = list(_named(gzip.decompress(user_data) if user_data.startswith(_GZIP) else user_data))
    return named[-1] if named else None


def _named(data: bytes) -> Iterator[str]:
    text = data.decode(errors="replace").lstrip("\ufeff")
    if re.match(r"(content-type|mime-version):", text, re.IGNORECASE):
        for part in email.message_from_bytes(data).walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield from _named(payload.lstrip())
    elif text.startswith("#cloud-config"):
        yield from _in_cloud_config(text)
    elif "<powershell>" in text.lower():
        yield from _in_powershell(text)
    elif text.lstrip().startswith(("[", "settings")):
        yield from _in_settings(text)
    else:
        yield from _in_script(text)


def _in_script(text: str) -> Iterator[str]:
    variables: dict[str, str] = {}
    for command, documents in _commands(text):
        assigned = _ASSIGNED.match(command)
        if assigned:
            variables[assigned[1]] = _expanded(assigned[3], variables)
        elif _CONFIG in command or _AGENT in command:
            yield from _in_configuration(command + documents, variables)


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a script, each with the documents that are its input; groups in braces are one."""
    lines = iter(text.replace("\\\n", " ").splitlines())
    for line in lines:
        if line.lstrip().startswith("#"):
            continue
        command, documents = line, ""
        if line.strip() == "{":
            command += _until(lines, lambda inner: inner.lstrip().startswith("}"))
        for _, end in _HEREDOC.findall(line):
            documents += _until(lines, lambda inner, end=end: inner.strip() == end)  # type: ignore[misc]
        yield command, documents


def _until(lines: Iterator[str], is_last: Callable[[str], bool]) -> str:
    text = ""
    for line in lines:
        text += f"\n{line}"
        if is_last(line):
            break
    return text


def _in_configuration(text: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Clusters that lines of the agent's configuration name. What a command would tell is not known."""
    for _, value in _CLUSTER.findall(text):
        cluster = _expanded(value, variables)
        if cluster and "$" not in cluster:
            yield cluster


def _expanded(value: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], found[0]), value)


def _in_cloud_config(text: str) -> Iterator[str]:
    try:
        config = yaml.safe_load(text)
    except yaml.YAMLError:  # cloud-init does nothing then, either
        return
    if not isinstance(config, dict):
        return
    for command in (*(config.get("bootcmd") or ()), *(config.get("runcmd") or ())):
        yield from _in_script(" ".join(map(str, command)) if isinstance(command, list) else str(command))
    for file in config.get("write_files") or ():
        if file.get("path") == _CONFIG:
            yield from _in_configuration(_content(file), {})


def _content(file: Mapping[str, Any]) -> str:
    content, encoding = file.get("content") or "", str(file.get("encoding", ""))
    if not encoding or encoding == "text/plain":
        return str(content)
    data = content if isinstance(content, bytes) else str(content).encode()
    if "b64" in encoding or "base64" in encoding:
        data = base64.b64decode(data)
    return (gzip.decompress(data) if encoding.startswith("gz") else data).decode(errors="replace")


def _in_powershell(text: str) -> Iterator[str]:
    yield from _POWERSHELL_VARIABLE.findall(text)
    for arguments in _POWERSHELL.findall(text):
        cluster = _POWERSHELL_CLUSTER.search(arguments)
        yield cluster[2] if cluster else DEFAULT


def _in_settings(text: str) -> Iterator[str]:
    try:
        ecs = tomllib.loads(text).get("settings", {}).get("ecs", {})
    except tomllib.TOMLDecodeError:
        return
    if "cluster" in ecs:
        yield str(ecs["cluster"])
