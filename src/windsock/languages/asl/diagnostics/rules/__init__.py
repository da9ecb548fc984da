"""The rules of definitions: each file is one, found by itself."""
