"""Exit codes, the same for every command."""

BROKEN_POLICY = 1
MISSING = 3
OTHER_SPEED_UPS = 4
INTERRUPTED = 130
# As of a program that SIGPIPE ended: whether a policy is broken was not told to the end.
NOT_READ = 141
