"""The transforms that templates can name: one file each, found by itself."""
