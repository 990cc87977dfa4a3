"""A project with nights: a repository with a tiny suite, an environment of wheels that can be solved, and a store."""

from __future__ import annotations

import json
import os
from typing import Any

from conduct.repository import Repository
from environment.wheelhouse import Wheelhouse

from harness.environment.backends.index import uv_environ

from .desk import CONFTEST, Desk, Ended

ENVIRONMENT = """name: small
channels: []
platforms:
  - linux-64
dependencies:
  - python >=3.11
  - pip:
      - adder
      - pytest
      - pytest-benchmark
"""
ADDER = """
def looped():
    for again in range({times}):
        total = 0
        for number in range(4_000):
            total += number
    return total + {more}

{extra}
"""
WORK = """
import adder

def work():
    return sum(range({numbers})) + {more}

def newest():
    return {newest}
"""
SUITE = """
import adder
import pytest
from work import newest, work

@pytest.mark.benchmark(group="work")
def test_work(benchmark):
    benchmark.extra_info["answer"] = benchmark.pedantic(work, rounds=24)

@pytest.mark.benchmark(group="newest")
def test_newest(benchmark):
    benchmark.extra_info["answer"] = benchmark.pedantic(newest, rounds=6)

@pytest.mark.benchmark(group="sums")
def test_looped(benchmark):
    benchmark.extra_info["answer"] = benchmark.pedantic(adder.looped, rounds=24)
"""
IGNORED = "store\nlock\nout-*\nerr-*\nwheels\nsite\n"
QUICK = ("bench", "--launches", "1", "--budget", "40s")


def work(numbers: int = 4_000, more: int = 0, newest: str = "0") -> str:
    """The code that is measured. newest: an expression that may name what only a new package has."""
    return WORK.format(numbers=numbers, more=more, newest=newest)


class SmallProject:
    """A user with a project whose nights are measured. All that is made lies in the desk's folder, or beside it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._told: dict[str, dict[str, Any]] = {}
        self.wheels = Wheelhouse(desk.folder / "wheels")
        self.repository = Repository(desk.folder)
        self.release("1.0")
        self.commit("bench/test_it.py", SUITE)
        files = {"conftest.py": CONFTEST, ".gitignore": IGNORED, "environment.yml": ENVIRONMENT}
        self.repository.commit({**files, "bench/work.py": work()})
        assert self.harness("env", "lock", "base").code == 0
        self.head = self.repository.commit({})
        self.repository.git("tag", "v1")

    def release(self, version: str, times: int = 1, more: int = 0, extra: str = "") -> None:
        """Put another version of the package into the index."""
        self.wheels.add("adder", version, source=ADDER.format(times=times, more=more, extra=extra))

    def commit(self, name: str, text: str) -> str:
        return self.repository.commit({name: text})

    def variables(self) -> dict[str, str]:
        environ = {name: value for name, value in uv_environ(os.environ).items() if name.startswith("UV_")}
        links = [environ["UV_FIND_LINKS"]] if environ.get("UV_FIND_LINKS") else []
        links.append(str(self.desk.folder / "wheels"))
        return {**environ, "UV_FIND_LINKS": ",".join(links), "HARNESS_CACHE": str(self.desk.folder.parent / "cache")}

    def start(self, *arguments: str) -> Any:
        return self.desk.start(*arguments, **self.variables())

    def harness(self, *arguments: str) -> Ended:
        return self.desk.wait(self.start(*arguments))

    def anchor(self, *arguments: str) -> Ended:
        return self.harness("anchor", *arguments, "--store", "store")

    def night(self, date: str, *arguments: str) -> Ended:
        return self.harness("nightly", *arguments, "--date", date, "--store", "store")

    def told(self, date: str) -> dict[str, Any]:
        """What `harness nightly --json` says of a night that is done; asked once."""
        if date not in self._told:
            self._told[date] = json.loads(self.night(date, "--json").out)
        return self._told[date]

    def record(self, run: str) -> dict[str, Any]:
        return dict(json.loads((self.desk.store / "records" / f"{run}.json").read_bytes()))
