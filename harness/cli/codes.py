"""Exit codes, the same for every command."""

BROKEN_POLICY = 1
MISSING = 3
OTHER_SPEED_UPS = 4
INTERRUPTED = 130
