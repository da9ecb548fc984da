"""A new child made as the last one was: from the log's base, by doing the calls since then again."""

from __future__ import annotations

from windsock.kernel.errors import InternalFailure
from windsock.kernel.log import Log
from windsock.simulation.backend import call_log
from windsock.simulation.backend.child_process import ChildGone, ChildProcess, Message
from windsock.simulation.backend.files import Files
from windsock.simulation.backend.wire import decode
from windsock.store.store import Store

log = Log(__name__)


async def restored(store: Store, files: Files) -> ChildProcess:
    """A child in the state the log says. Raises InternalFailure when it cannot be had."""
    child = await ChildProcess.start(files.bodies, durable=store.durable)
    try:
        await _bring_up_to_date(child, store, files)
    except ChildGone as gone:
        raise InternalFailure(f"moto cannot be started: {gone}. What it printed says more.") from gone
    except BaseException:
        await child.end()
        raise
    return child


async def _bring_up_to_date(child: ChildProcess, store: Store, files: Files) -> None:
    base = call_log.base(store)
    if base is not None:
        answer = await child.ask({"do": "load", "file": str(files.state(base))})
        if "crash" in answer:
            log.error("the state of simulated resources cannot be read", trace=answer["crash"])
            raise InternalFailure(
                f"The state of simulated resources was written by moto {base.moto} and cannot be read by the "
                "one that is installed; install that version again."
            )
    for entry in call_log.entries(store, base.seq if base else 0):
        call: Message = decode(entry.call, files.bodies)
        answer = await child.ask({**call, "at_ms": entry.at_ms, "seed": entry.seed, "replayed": True})
        if answer["digest"] != entry.digest:
            log.warning(
                "a replayed call was answered otherwise than before",
                seq=entry.seq,
                service=call["service"],
                operation=call["operation"],
            )
