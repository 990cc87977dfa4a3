"""Start a probe: `python start.py SETTINGS`, with SETTINGS as JSON (see `harness_probe.settings`).

This script lies beside the package in a private folder. Python puts that folder first on `sys.path`; once the package
is found, it is moved to the end, so that nothing of the harness can shadow what the measured environment has, and a
harness that is installed there can't stand in for this one.
"""

import os
import sys


def main():  # type: () -> int
    import harness_probe  # noqa: F401  (from this folder, while it still comes first)

    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != folder]
    sys.path.append(folder)
    from harness_probe.probe import run

    return run(sys.argv[1])


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads and atexit handlers of the suite must not keep a finished probe alive.
    os._exit(code)
