"""Where a user of the command line sits: a folder with suites, a store, and real `harness` processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

HARNESS = Path(sysconfig.get_path("scripts")) / "harness"
TRACEBACK = "Traceback (most recent call last)"
# A busy machine may be slow.
PATIENCE_S = 400.0

CONFTEST = """
def pytest_configure(config):
    for marker in ("baseline", "limit", "if_time", "answer(rtol=, atol=)"):
        config.addinivalue_line("markers", marker)
"""

# Few rounds keep a launch short: what is tested is what surrounds the measuring.
TWO_SUMS = """
import pytest

def loop():
    total = 0
    for number in range(20_000):
        total += number
    return total

def builtin():
    return sum(range(20_000))

@pytest.mark.benchmark(group="sums")
@pytest.mark.parametrize("variant", [loop, builtin])
def test_sum(benchmark, variant):
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, rounds=24)
"""


@dataclass(frozen=True)
class Ended:
    """A process that has ended, with what it printed."""

    code: int
    out: str
    err: str

    def refused(self, *words: str) -> bool:
        """Whether it was misuse, told in one paragraph that has these words. Says what isn't so."""
        assert self.code == 2, (self.code, self.err, self.out)
        assert TRACEBACK not in self.err, self.err
        assert not self.out, self.out
        for word in words:
            assert word in self.err, self.err
        return True


class Desk:
    """One user at work. Each desk has a store and a lock of its own, so that no desk waits for another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.mark = uuid.uuid4().hex
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write("conftest.py", CONFTEST)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start `harness ARGUMENTS` in a process group of its own. What it prints goes into files."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV"))}
        environ |= {"HARNESS_LOCK": str(self.folder / "lock"), "HARNESS_E2E_DESK": self.mark, **variables}
        number = len(list(self.folder.glob("out-*")))
        out, err = self.folder / f"out-{number}", self.folder / f"err-{number}"
        with out.open("w") as out_file, err.open("w") as err_file:
            process = subprocess.Popen(
                [str(HARNESS), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
                cwd=self.folder,
                env=environ,
                start_new_session=True,
            )
        process.printed = (out, err)  # type: ignore[attr-defined]
        return process

    def wait(self, process: subprocess.Popen[str], timeout_s: float = PATIENCE_S) -> Ended:
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        out, err = process.printed  # type: ignore[attr-defined]
        return Ended(code, out.read_text(), err.read_text())

    def said(self, process: subprocess.Popen[str]) -> str:
        """What a process has said beside its output so far."""
        return str(process.printed[1].read_text())  # type: ignore[attr-defined]

    def harness(self, *arguments: str, **variables: str) -> Ended:
        return self.wait(self.start(*arguments, **variables))

    def start_run(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start `harness run` in the interpreter that runs the tests, unless the arguments name another."""
        address = () if "--env" in arguments else ("--env", sys.executable)
        store = () if "--store" in arguments else ("--store", str(self.store))
        return self.start("run", *arguments, *address, *store, **variables)

    def run(self, *arguments: str, **variables: str) -> Ended:
        return self.wait(self.start_run(*arguments, **variables))

    def resume(self, *arguments: str, **variables: str) -> Ended:
        return self.harness("run", "--resume", "--store", str(self.store), *arguments, **variables)

    def record_files(self) -> list[Path]:
        return sorted((self.store / "records").glob("*.json"))

    def record(self) -> dict[str, Any]:
        """The only record of the store."""
        (path,) = self.record_files()
        return dict(json.loads(path.read_bytes()))

    def journal(self) -> list[dict[str, Any]]:
        """The events that the journal of the run in progress holds; a torn last line is none."""
        return [event for path in self.journals() for event in events_of(path)]

    def journals(self) -> list[Path]:
        return sorted(self.store.glob("runs/*/journal.jsonl"))

    def processes(self) -> list[psutil.Process]:
        """All living processes that descend from what was started here, orphans too."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            ours = process.environ().get("HARNESS_E2E_DESK") == self.mark
            return ours and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.Error, OSError):
            return False

    def is_deserted(self, within_s: float = 10.0) -> bool:
        """Whether nothing that was started here is left, after the kernel had a moment to end it."""
        return came_true(lambda: not self.processes(), within_s)


def events_of(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError:
        return []
    return [json.loads(line) for line in lines]


def came_true(condition: Any, within_s: float = PATIENCE_S) -> bool:
    """Wait for a condition; whether it came true in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def case_of(record: dict[str, Any], title: str) -> dict[str, Any]:
    """The case of a record whose id ends with this title."""
    (case,) = [case for case in record["cases"] if case["id"].endswith(f"::{title}")]
    return dict(case)


def judged(record: dict[str, Any], title: str) -> dict[str, dict[str, Any]]:
    """What the record says of the variants of a case, by name."""
    case = case_of(record, title)
    (judgement,) = [each for each in record["judgements"] if each["case"] == case["id"]]
    return {row["variant"]: row for row in judgement["variants"]}


def variant_of(record: dict[str, Any], title: str, name: str) -> dict[str, Any]:
    (variant,) = [each for each in case_of(record, title)["variants"] if each["name"] == name]
    return dict(variant)
