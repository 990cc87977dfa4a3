"""The command line: parses and prints, decides nothing."""

import sys

from harness.cli.codes import INTERRUPTED


def main() -> None:
    """The command `harness`. What it needs is imported here, so that Ctrl-C is clean from the first moment on."""
    try:
        from harness.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("harness: interrupted.\n")
        sys.exit(INTERRUPTED)
    run()
