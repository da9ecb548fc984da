"""Configuration: one settings object, filled from flags, then WINDSOCK_* variables, then a file.

The file is `windsock.toml` in the current directory, or the one `WINDSOCK_CONFIG` names.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from windsock.engine.settings import IamMode
from windsock.kernel.limits import JOURNAL_KEEP_EVENTS, JOURNAL_KEEP_HOURS

DEFAULT_PORT = 4566


class UpstreamSettings(BaseModel):
    """Where the calls of one service go instead; without keys they are signed with the caller's."""

    model_config = ConfigDict(extra="forbid")

    endpoint: str = Field(pattern=r"^https?://[^/]+$", description="Scheme, host and port.")
    access_key: str = ""
    secret_key: str = ""
    session_token: str = ""
    region: str = Field(default="", description="The region to sign for; that of the call unless set.")


class Settings(BaseSettings):
    """Everything that can be set. Each field is a flag of `windsock up` and a WINDSOCK_* variable."""

    model_config = SettingsConfigDict(env_prefix="WINDSOCK_", extra="forbid")

    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(
        default=DEFAULT_PORT, ge=0, le=65535, description="The port to listen on; 0 takes a free one."
    )
    data: Path = Field(default=Path(".windsock"), description="The directory state is kept in.")
    memory: bool = Field(default=False, description="Keep state only as long as windsock runs.")
    clock: str = Field(default="real", description="`real`, or `virtual[:2017-01-02T00:00:00Z]`.")
    iam: IamMode | None = Field(
        default=None,
        description="Whether calls that IAM denies are refused (`enforce`, the default off loopback), noted "
        "(`audit`, the default on it) or not looked at (`off`).",
    )
    smtp_url: str = Field(
        default="", description="Where mail is sent: smtp://host:port. Without it mail is kept."
    )
    rules_per_bus: int = Field(default=300, ge=1, description="The quota of rules an event bus can have.")
    journal_keep_hours: int = Field(
        default=JOURNAL_KEEP_HOURS, ge=1, description="How long events stay in the journal."
    )
    journal_keep_events: int = Field(
        default=JOURNAL_KEEP_EVENTS, ge=1, description="How many events stay in the journal."
    )
    node_modules: Path | None = Field(
        default=None,
        description="Where functions find the AWS SDKs for JavaScript; "
        "unless set, where `windsock runtimes install nodejs` put them.",
    )
    interpreters: dict[str, Path] = Field(
        default_factory=dict,
        description='Programs to run functions with, by runtime: {"python2.7": "/opt/py27/bin/python"}.',
    )
    upstream: dict[str, UpstreamSettings] = Field(
        default_factory=dict,
        description='Services (botocore\'s names) to pass on: {"s3": {"endpoint": "http://minio:9000"}}.',
    )
    issuers: dict[str, Annotated[str, Field(pattern=r"^https?://[^?#]+$")]] = Field(
        default_factory=dict,
        description="Where issuers of web identity tokens are asked for their keys, if not at their own URL: "
        '{"token.actions.githubusercontent.com": "http://localhost:8080"}.',
    )
    log_format: Literal["text", "json"] = Field(default="text", description="How log lines are written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged."
    )

    @field_validator("clock")
    @classmethod
    def _clock(cls, value: str) -> str:
        virtual_start(value)
        return value

    @field_validator("interpreters")
    @classmethod
    def _interpreters(cls, value: dict[str, Path]) -> dict[str, Path]:
        for runtime, program in value.items():
            if not program.is_file():
                raise ValueError(f"{runtime} is to run on {program}, which is not there")
        return {runtime: program.absolute() for runtime, program in value.items()}

    @property
    def sdk_modules(self) -> Path | None:
        """The `node_modules` functions look into, which need not exist; None when there can be none."""
        if self.node_modules is not None:
            return self.node_modules.absolute()
        return None if self.memory else sdk_directory(self.data).absolute() / "node_modules"

    @property
    def iam_mode(self) -> IamMode:
        """How IAM is applied: off loopback it is enforced unless something else was said."""
        return self.iam or ("audit" if _is_loopback(self.host) else "enforce")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags before variables before the file."""
        file = Path(os.environ.get("WINDSOCK_CONFIG", "windsock.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)


def sdk_directory(data: Path) -> Path:
    """Where `windsock runtimes install nodejs` installs the AWS SDKs for JavaScript."""
    return data / "runtimes" / "nodejs"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def virtual_start(clock: str) -> datetime | None:
    """The moment a `virtual:...` clock starts at; None when it says none. Raises ValueError."""
    kind, _, start = clock.partition(":")
    if kind == "real" and not start:
        return None
    if kind != "virtual":
        raise ValueError(f"{clock!r} is neither 'real' nor 'virtual[:2017-01-02T00:00:00Z]'")
    if not start:
        return None
    moment = datetime.fromisoformat(start)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
