"""The settings: flags before variables before the file; nothing odd gets in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from windsock.config import Settings, virtual_start


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WINDSOCK_CONFIG", raising=False)


def test_flags_come_before_variables_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "windsock.toml").write_text('port = 1\nsmtp_url = "smtp://file"\nrules_per_bus = 7\n')
    monkeypatch.setenv("WINDSOCK_PORT", "2")
    monkeypatch.setenv("WINDSOCK_SMTP_URL", "smtp://variable")
    settings = Settings(port=3)
    assert (settings.port, settings.smtp_url, settings.rules_per_bus) == (3, "smtp://variable", 7)


def test_another_file_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("port = 9\n")
    monkeypatch.setenv("WINDSOCK_CONFIG", str(tmp_path / "other.toml"))
    assert Settings().port == 9


@pytest.mark.parametrize(
    ("setting", "value"),
    [("port", 70_000), ("clock", "sundial"), ("clock", "virtual:yesterday"), ("log_format", "xml")],
)
def test_what_makes_no_sense_is_refused(setting: str, value: object) -> None:
    with pytest.raises(ValidationError, match=setting):
        Settings(**{setting: value})  # type: ignore[arg-type]


def test_a_misspelt_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "windsock.toml").write_text("prot = 1\n")
    with pytest.raises(ValidationError, match="prot"):
        Settings()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_iam_is_audited_on_loopback(host: str) -> None:
    assert Settings(host=host).iam_mode == "audit"
    assert Settings(host=host, iam="enforce").iam_mode == "enforce"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "windsock.example"])
def test_iam_is_enforced_on_any_other_address_unless_told_otherwise(host: str) -> None:
    assert Settings(host=host).iam_mode == "enforce"
    assert Settings(host=host, iam="off").iam_mode == "off"


@pytest.mark.parametrize(
    ("clock", "start"),
    [
        ("real", None),
        ("virtual", None),
        ("virtual:2017-01-02T00:00:00Z", datetime(2017, 1, 2, tzinfo=UTC)),
        ("virtual:2017-01-02", datetime(2017, 1, 2, tzinfo=UTC)),
    ],
)
def test_a_virtual_clock_says_where_it_starts(clock: str, start: datetime | None) -> None:
    assert virtual_start(clock) == start


def test_functions_find_the_sdks_below_the_data_directory(tmp_path: Path) -> None:
    assert Settings(data=Path("d")).sdk_modules == tmp_path / "d" / "runtimes" / "nodejs" / "node_modules"
    assert Settings(memory=True).sdk_modules is None
    assert Settings(memory=True, node_modules=Path("elsewhere")).sdk_modules == tmp_path / "elsewhere"


def test_interpreters_by_runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.touch()
    (tmp_path / "windsock.toml").write_text('[interpreters]\n"python2.7" = "python"\n')
    assert Settings().interpreters == {"python2.7": program}
    monkeypatch.setenv("WINDSOCK_INTERPRETERS", f'{{"node": "{program}"}}')
    assert Settings().interpreters["node"] == program


def test_an_interpreter_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"python2\.7 is to run on nowhere"):
        Settings(interpreters={"python2.7": Path("nowhere")})
