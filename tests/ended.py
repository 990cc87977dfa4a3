"""Whether processes have ended."""

import time

import psutil


def gone(process_ids, patience_s=20.0):
    """Whether all these processes end within a while."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if not any(alive(process) for process in process_ids):
            return True
        time.sleep(0.02)
    return False


def alive(process):
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
