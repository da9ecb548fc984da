"""The Amazon States Language as a pure library: definitions, expressions and the interpreter."""
