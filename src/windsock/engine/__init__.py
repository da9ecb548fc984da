"""The engine: the only long-running loops (timers, delivery, retries) and the call chain."""
