"""Small pieces of runs for tests: items, events, and probes that answer without a process."""

from __future__ import annotations

from typing import Any

from harness.conduct.cases import DEFAULT_TOLERANCE, Item
from harness.conduct.clock import RunClock
from harness.conduct.events import BlockEnded, LaunchBegan, RunBegan, Sampled
from harness.conduct.launch import Bench
from harness.record.schema import (
    Case,
    Conditions,
    EnvironmentRecord,
    Fingerprint,
    Phase,
    Plan,
    Sample,
    Variant,
    Verification,
)

CASE = "suite::sort"


def make_item(nodeid: str, **fields: Any) -> Item:
    """A collected test. Parameters are told by `params`, everything else has a plain value."""
    file, _, rest = nodeid.partition("::")
    plain: dict[str, Any] = {
        "path": f"/suite/{file}",
        "file": file,
        "function": rest.split("[")[0],
        "group": None,
        "params": {},
        "baseline": False,
        "limit": False,
        "optional": False,
        "tolerance": None,
        "sets_group_late": False,
    }
    return Item(nodeid=nodeid, **{**plain, **fields})


def make_case(*variants: str, **fields: Any) -> Case:
    plain: dict[str, Any] = {
        "id": CASE,
        "file": "test_suite.py",
        "group": "sort",
        "params": {},
        "baseline": variants[0],
        "baseline_stated": True,
        "tolerance": DEFAULT_TOLERANCE,
        "variants": [Variant(name=name, nodeid=f"test_suite.py::test[{name}]") for name in variants],
    }
    return Case(**{**plain, **fields})


def make_plan(**fields: Any) -> Plan:
    plain: dict[str, Any] = {
        "paths": ["suite"],
        "keyword": None,
        "scale": "quick",
        "budget_s": 60.0,
        "launches": None,
        "precision": 0.02,
        "margin": 0.02,
        "cores": [],
        "threads": 1,
        "seed": 1,
        "timeout_s": None,
    }
    return Plan(**{**plain, **fields})


def run_began(*cases: Case, broken_files: dict[str, str] | None = None) -> RunBegan:
    return RunBegan(
        run="20261122T150312Z-7f3a",
        harness_version="0",
        began="2026-11-22T15:03:12+00:00",
        plan=make_plan(),
        environment=EnvironmentRecord(
            address="live",
            kind="live",
            python="python",
            lock_digest=None,
            verification=Verification(state="unlocked"),
        ),
        fingerprint=Fingerprint(
            machine={}, machine_digest="m", software={}, software_digest="s", code={}, code_digest="c", state={}
        ),
        cases=list(cases),
        broken_files=broken_files or {},
    )


def launch_began(launch: int) -> LaunchBegan:
    return LaunchBegan(case=CASE, launch=launch, hash_seed=5, began="2026-11-22T15:03:12+00:00")


def sampled(
    variant: str, launch: int = 1, block: int = 0, phase: Phase = Phase.MEASURED, wall_s: float = 0.5
) -> Sampled:
    sample = Sample(launch=launch, block=block, variant=variant, calls=1, wall_s=wall_s, cpu_s=wall_s, phase=phase)
    return Sampled(case=CASE, sample=sample)


def block_ended(launch: int = 1, block: int = 0) -> BlockEnded:
    return BlockEnded(case=CASE, conditions=Conditions(launch=launch, block=block))


class FakeProbe:
    """Answers orders from a script: a message, or an exception to raise, for each kind of order.

    diary: takes what happens to it, in order, as (what, name).
    """

    def __init__(self, name: str, diary: list[tuple[str, str]], script: dict[str, Any] | None = None) -> None:
        self.name = name
        self.most_calls: int | None = None
        self.calls = 0
        self._diary = diary
        self.script = {
            "ready": {"kind": "ready", "most_calls": None, "start_s": 0.1, "group": None},
            "turn": {"kind": "turn", "wall_s": 0.5, "cpu_s": 0.5},
            "memory": {"kind": "memory", "peak_bytes": 1000, "calls": 1},
            "finish": {
                "kind": "stated",
                "problems": [],
                "answer": 1,
                "counters": {},
                "parts_s": {},
                "axis": None,
                "notes": {},
            },
            **(script or {}),
        }

    def hear(self, timeout_s: float) -> dict[str, Any]:
        return self._say("ready")

    def ask(self, timeout_s: float, **order: Any) -> dict[str, Any]:
        message = self._say(order["do"])
        return {"calls": order["calls"], **message} if order["do"] == "turn" else message

    def _say(self, what: str) -> dict[str, Any]:
        self._diary.append((what, self.name))
        message = self.script[what]
        if isinstance(message, Exception):
            raise message
        return dict(message)

    def stop(self) -> None:
        self._diary.append(("stop", self.name))

    def wake(self) -> None:
        self._diary.append(("wake", self.name))

    def close(self) -> None:
        self._diary.append(("close", self.name))

    def leave(self, timeout_s: float) -> None:
        self._diary.append(("leave", self.name))

    def last_output(self) -> str:
        return "its last words"


class Conditioned:
    """Conditions that are always the same."""

    def begin(self) -> None:
        """Nothing to look at."""

    def end(self, launch: int, block: int) -> Conditions:
        return Conditions(launch=launch, block=block)


def make_bench(
    diary: list[tuple[str, str]], events: list[Any], scripts: dict[str, dict[str, Any]] | None = None
) -> Bench:
    """A bench whose probes answer from scripts, by the name of the variant, and whose clock stands still."""
    return Bench(
        cores=[0],
        hold=lambda _environment, _nodeid, name, _seed: FakeProbe(name, diary, (scripts or {}).get(name)),  # type: ignore[arg-type,return-value]
        write=events.append,
        settle=lambda _s: None,
        sync=lambda: None,
        clock=RunClock(600.0, monotonic=lambda: 100.0),
        conditions=Conditioned(),
        watch=lambda _done, _left, _what: None,
        timeout_s=None,
        seed=7,
    )
