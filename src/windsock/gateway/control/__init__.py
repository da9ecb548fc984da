"""windsock's own paths, below `/_windsock/`, for tools: one file a path in `paths/`, found by itself."""
