"""Exit codes, the same for every command."""

MISSING = 3
INTERRUPTED = 130
