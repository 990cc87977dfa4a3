"""The processes that make the pages of runs."""

import subprocess
import sys

from ended import gone

_DIES = """
import multiprocessing, os, signal
from concurrent.futures import ProcessPoolExecutor
from harness.report.site.build import _begin_worker
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_worker)
    print(pool.submit(os.getpid).result(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_with_a_build_that_is_killed(tmp_path):
    script = tmp_path / "dies.py"
    script.write_text(_DIES)
    # Into a file: a worker that lived on would hold a pipe open.
    with (tmp_path / "told").open("w") as told:
        subprocess.run([sys.executable, script], stdout=told, stderr=subprocess.DEVNULL, timeout=60, check=False)
    assert gone([int((tmp_path / "told").read_text())])
