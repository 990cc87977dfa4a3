"""Known noise: real processes, which end with who asked for them."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from harness.calibrate.company import Onlooker
from harness.calibrate.noise import MEANINGS, NOISES, cpu_s

LOUD = [name for name in NOISES if name != "quiet"]


@pytest.mark.parametrize("name", LOUD)
def test_a_noise_works_as_long_as_its_context_lasts(name):
    with NOISES[name](1) as process:
        deadline = time.monotonic() + 20
        while cpu_s(process) < 0.05 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert cpu_s(process) >= 0.05
    assert not psutil.pid_exists(process)
    assert cpu_s(process) == 0


def test_quiet_is_no_process():
    with NOISES["quiet"](1) as process:
        assert process is None
    assert cpu_s(None) == 0


@pytest.mark.parametrize("name", LOUD)
def test_a_noise_dies_with_a_calibration_that_was_killed(name):
    script = (
        "import sys; from harness.calibrate.noise import NOISES\n"
        f"with NOISES[{name!r}](1) as process: print(process, flush=True); sys.stdin.read()"
    )
    calibration = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    noise = int(calibration.stdout.readline())
    assert psutil.pid_exists(noise)
    calibration.send_signal(signal.SIGKILL)
    calibration.communicate()
    deadline = time.monotonic() + 30
    while psutil.pid_exists(noise) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(noise)


def test_each_noise_says_what_it_is():
    assert MEANINGS.keys() == NOISES.keys()


def test_what_others_do_is_told_from_what_we_and_the_noise_do():
    script = "import time\nend = time.monotonic() + 30\nwhile time.monotonic() < end: pass"
    with Onlooker(None) as alone:
        until = time.process_time() + 0.3
        while time.process_time() < until:
            pass
    other = subprocess.Popen([sys.executable, "-c", script])
    try:
        with Onlooker(None) as crowded:
            began_s = psutil.Process(other.pid).cpu_times().user
            while psutil.Process(other.pid).cpu_times().user < began_s + 0.5:
                time.sleep(0.05)
    finally:
        other.kill()
        other.wait()
    cores = os.cpu_count() or 1
    assert 0 <= alone.company().others_cores <= cores + 0.5
    assert crowded.company().others_cores * crowded.spent_s >= 0.4
