"""The pytest plugin of a probe: collects, surveys, or holds one item ready."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import Any, Dict, List, Optional

import pytest

from harness_probe import PROTOCOL, memory, software
from harness_probe.answer import Encoder, NoAnswer
from harness_probe.channel import Channel
from harness_probe.cluster import Workers
from harness_probe.core import begin_on
from harness_probe.fixture import UnsupportedFixture, replace_measuring
from harness_probe.instructions import Counter, why_not
from harness_probe.items import describe, group_name, is_limit, uses_benchmark
from harness_probe.running import Running
from harness_probe.settings import Settings
from harness_probe.strays import strays
from harness_probe.turns import Timing, Turns, Work
from harness_probe.watch import watched


class _Surveyed(pytest.skip.Exception):  # type: ignore[misc,name-defined]
    """Ends a test at its benchmark call: all that the survey wanted to see has been said."""


class Plugin:
    """Hooks of one probe. Everything it learns goes to the conductor as messages. counter: of instructions, if any."""

    def __init__(self, settings: Settings, channel: Channel, counter: Optional[Counter] = None) -> None:
        self._settings = settings
        self._channel = channel
        self._counter = counter
        self._workers = Workers()
        self._fixture: Any = None
        self._broken_files: List[Dict[str, str]] = []
        self._phases: List[str] = []
        self._began = time.perf_counter()
        self._limit: Optional[Dict[str, Any]] = None

    def pytest_configure(self) -> None:
        serve = self._survey if self._settings.mode == "survey" else self._serve
        try:
            replace_measuring(serve)
        except UnsupportedFixture as error:
            self._channel.send({"kind": "unfit", "why": "this pytest-benchmark is not supported: {}".format(error)})
            raise pytest.UsageError("pytest-benchmark is not supported: {}".format(error)) from error

    def pytest_sessionstart(self, session: Any) -> None:
        # Not earlier: pytest-benchmark reads its options after this plugin is configured.
        _let_suite_options_rest(session.config)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self._broken_files.append({"file": report.nodeid, "text": str(report.longrepr)})

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: List[Any]) -> None:
        wanted = set([self._settings.item] if self._settings.item else self._settings.items)
        items[:] = [
            item
            for item in items
            if (item.nodeid in wanted if wanted else True) and (uses_benchmark(item) or is_limit(item))
        ]

    def pytest_runtestloop(self, session: Any) -> Optional[bool]:
        # Collected tests are told here and not at the end of collection, which pytest reports even where it failed:
        # a wrong -k would then be taken for one that selects all.
        if self._settings.mode == "collect":
            self._tell_collected(session)
            return True
        if self._settings.mode == "hold" and len(session.items) != 1:
            why = "{} tests are called {}".format(len(session.items), self._settings.item)
            self._channel.send({"kind": "unfit", "why": self._broken_files[0]["text"] if self._broken_files else why})
            return True
        return None

    def _tell_collected(self, session: Any) -> None:
        self._channel.send(
            {
                "kind": "collected",
                "protocol": PROTOCOL,
                "rootdir": str(session.config.rootdir),
                "items": [describe(item) for item in session.items],
                "broken": self._broken_files,
                "software": software.fingerprint(),
                "uncounted": why_not(),
                "strays": strays(self._settings),
            }
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: Any) -> Optional[bool]:
        """A limit's test returns its seconds, which pytest itself would only warn about."""
        if not is_limit(pyfuncitem):
            return None
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        self._limit = _limit_message(pyfuncitem.obj(**arguments))
        return True

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_timeout_set_timer(self) -> bool:
        """A held test lasts as long as its launch: the time limits of pytest-timeout are not for it."""
        return True

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: Any) -> Any:
        yield
        fixture = getattr(item, "funcargs", {}).get("benchmark")
        self._fixture = fixture if fixture is not None else self._fixture

    def pytest_runtest_logreport(self, report: Any) -> None:
        if self._settings.mode == "survey":
            return
        if report.failed:
            self._phases.append("{}: {}".format(report.when, report.longrepr))
        elif report.skipped and not self._phases:
            self._channel.send({"kind": "skipped", "why": _skip_reason(report)})
            self._phases.append("skipped")
        if report.when == "teardown":
            self._state_outcome()

    def _state_outcome(self) -> None:
        if self._phases == ["skipped"]:
            return
        if self._phases:
            self._channel.send({"kind": "raised", "text": "\n".join(self._phases)})
            return
        if self._limit is not None:
            self._channel.send(self._limit)
            return
        if self._fixture is None or self._fixture.stats is None:
            self._channel.send({"kind": "raised", "text": "the test ended without calling its benchmark fixture"})
            return
        message = _statement(self._fixture, Encoder(self._settings.arrays))
        if self._workers.count():
            message["notes"].setdefault("cluster", {"workers": self._workers.count()})
        self._channel.send(message)

    def _survey(self, fixture: Any, _work: Work, _turns: Turns) -> List[Timing]:
        self._channel.send({"kind": "surveyed", "nodeid": fixture.fullname, "group": group_name(fixture.group)})
        raise _Surveyed("surveyed")

    def _serve(self, fixture: Any, work: Work, turns: Turns) -> List[Timing]:
        """Run turns at the conductor's word until it says finish."""
        self._fixture = fixture
        turns.counter = self._counter
        timings: List[Timing] = []
        ready_s = time.perf_counter() - self._began
        self._workers.remember()
        group = group_name(fixture.group)
        self._refuse_strays("raised", "text")
        self._channel.send({"kind": "ready", "group": group, "most_calls": work.most_calls, "start_s": ready_s})
        while True:
            order = self._channel.receive()
            if order["do"] == "finish":
                self._refuse_strays("void", "why")
                return timings
            changed = self._workers.wake()
            if changed:
                self._channel.send({"kind": "void", "why": changed})
                continue
            if order["do"] == "memory":
                peak, running, take = memory.Peak(), Running(), partial(turns.take, order.get("calls", 1))
                timing = watched(take, [running.look, peak.look])
                timings.append(timing)
                message = {"kind": "memory", "peak_bytes": peak.peak_bytes(), "running": running.told()}
                self._workers.remember()
                self._channel.send(dict(message, calls=timing.calls))
                continue
            mark = memory.HighWater() if order.get("peak") else None
            begin_on(order.get("core"))
            timing = turns.take(order["calls"])
            timings.append(timing)
            peak_bytes = mark.peak_bytes() if mark else None
            self._channel.send(dict(timing._asdict(), kind="turn", peak_bytes=peak_bytes))
            self._workers.remember()

    def _refuse_strays(self, kind: str, field: str) -> None:
        """What was imported later than the suite was collected counts, too."""
        found = strays(self._settings)
        if found:
            name, file = next(iter(found.items()))
            told = "'{}' was imported from {}, and not from the checkout".format(name, file)
            self._channel.send({"kind": kind, field: told})


def _let_suite_options_rest(config: Any) -> None:
    """Options in a suite's own configuration that save, compare or skip benchmarks are meant for its usual runs."""
    # What failed is said in messages; some plugins import much only to have nothing to add to a summary.
    config.option.no_summary = True
    session = getattr(config, "_benchmarksession", None)
    if session is None:
        return
    session.skip = session.only = session.disabled = False
    session.finish = lambda: None
    session.display = lambda _reporter: None


def _skip_reason(report: Any) -> str:
    longrepr = report.longrepr
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


def _limit_message(seconds: Any) -> Dict[str, Any]:
    if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds < float("inf"):
        return {"kind": "limit", "limit_s": float(seconds)}
    return {"kind": "raised", "text": "a limit returns seconds above zero, this one returned {!r}".format(seconds)}


def _statement(fixture: Any, encoder: Encoder) -> Dict[str, Any]:
    """What the test said of its last call, in `extra_info`."""
    extra = dict(fixture.extra_info)
    message: Dict[str, Any] = {"kind": "stated", "problems": []}
    if "answer" in extra:
        try:
            message["answer"] = encoder.encode(extra.pop("answer"))
        except NoAnswer as problem:
            message["problems"].append(str(problem))
    message["counters"] = _figures(extra.pop("counters", {}), int, "counters", message["problems"])
    message["parts_s"] = _figures(extra.pop("parts_s", {}), float, "parts_s", message["problems"])
    axis = extra.pop("axis", None)
    message["axis"] = None if axis is None else str(axis)
    message["notes"] = _notes(extra)
    return message


def _figures(given: Any, kind: Any, name: str, problems: List[str]) -> Dict[str, Any]:
    try:
        return {str(key): _figure(value, kind) for key, value in dict(given).items()}
    except (TypeError, ValueError, OverflowError) as error:
        problems.append("extra_info[{!r}]: {}".format(name, error))
        return {}


def _figure(value: Any, kind: Any) -> Any:
    figure = kind(value)
    if kind is int and (figure != value or figure.bit_length() > 63):
        raise ValueError("a counter is a whole number of at most 64 bits, this one is {!r}".format(value))
    if not math.isfinite(figure):
        raise ValueError("{!r} is no number of seconds".format(value))
    return figure


def _notes(extra: Dict[str, Any]) -> Dict[str, Any]:
    notes: Dict[str, Any] = {}
    for key, value in extra.items():
        try:
            notes[str(key)] = Encoder(None).encode(value, "extra_info[{!r}]".format(key))
        except NoAnswer:
            notes[str(key)] = str(value)[:1000]
    return notes
