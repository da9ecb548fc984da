"""How data flows into a state and out of it, in either query language."""
