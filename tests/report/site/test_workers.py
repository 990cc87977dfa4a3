"""The processes that make the pages of runs."""

import subprocess
import sys
import time

import psutil

_DIES = """
import multiprocessing, os, signal
from concurrent.futures import ProcessPoolExecutor
from harness.report.site.build import _begin_worker
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker)
    print(pool.submit(os.getpid).result(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def is_running(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_workers_end_with_a_build_that_is_killed(tmp_path):
    script = tmp_path / "dies.py"
    script.write_text(_DIES)
    # Into a file: a worker that lived on would hold a pipe open.
    with (tmp_path / "told").open("w") as told:
        subprocess.run([sys.executable, script], stdout=told, stderr=subprocess.DEVNULL, timeout=60, check=False)
    worker = int((tmp_path / "told").read_text())
    until = time.monotonic() + 20
    while is_running(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(worker)
