"""Simulated resources: services windsock does not have itself, answered by moto in a process of its own.

`backend/` is windsock's side: it asks the child, logs what changed, and brings a lost child back. `child/`
runs in that process, the only place where moto is imported. `overlays/` holds, a package a service, what moto
lacks and the events that follow from what happens to its resources.
"""
