"""Exit codes, the same for every command."""

BROKEN_POLICY = 1
MISSING = 3
INTERRUPTED = 130
