"""Rooms: found by name alone, loaded when first asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from windsock.engine.rooms import Room, Rooms, service_packages


def test_a_service_is_named_as_botocore_names_it() -> None:
    packages = service_packages("windsock.services")
    assert packages["events"] == "windsock.services.events"
    assert packages["lambda"] == "windsock.services.lambda_"


def test_what_is_not_there(rooms: Rooms) -> None:
    assert rooms.room("nothing") is None
    assert rooms.operation("nothing", "Do") is None
    assert rooms.operation("sqs", "Do") is None
    with pytest.raises(LookupError):
        rooms.timer_kind("sqs.nothing")
    with pytest.raises(LookupError, match=r"nothing\.at_all"):
        rooms.task_kind("nothing.at_all")


def test_every_kind_is_found_by_its_name(rooms: Rooms) -> None:
    for room in rooms.all().values():
        assert all(rooms.task_kind(name) is kind for name, kind in room.task_kinds.items())
        assert all(rooms.timer_kind(name) is kind for name, kind in room.timer_kinds.items())


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A package with the module that the test's parameter is."""
    name = f"room_{abs(hash(request.param))}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "things.py").write_text(request.param)
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.mark.parametrize(
    "package",
    [
        "from windsock.engine.timers import TimerKind, timer_kind\n"
        "@timer_kind\n"
        "class Lost(TimerKind):\n"
        "    name = 'elsewhere.lost'\n"
        "    def fire(self, engine, tx, timer): ...\n"
    ],
    indirect=True,
)
def test_a_kind_that_nobody_would_find_is_refused(package: str) -> None:
    with pytest.raises(RuntimeError, match=r"'elsewhere\.lost', which must be named 'here\.\(what\)'"):
        Room.find("here", package)


@pytest.mark.parametrize(
    "package",
    [
        "from windsock.engine.operations import query\n"
        "@query('Ask')\n"
        "def ask(ctx, params): ...\n"
        "@query('Ask')\n"
        "def ask_again(ctx, params): ...\n"
    ],
    indirect=True,
)
def test_an_operation_is_registered_once(package: str) -> None:
    with pytest.raises(RuntimeError, match="here:Ask is registered twice"):
        Room.find("here", package)
