"""pytest-benchmark's fixture, with its measuring replaced by the conductor's turns.

`BenchmarkFixture._raw` and `_raw_pedantic` are what `benchmark(...)` and `benchmark.pedantic(...)` come down to in
pytest-benchmark 4.0 to 5.2; all around them (`group`, `extra_info`, `stats`, `weave`, the check for a second use)
stays as it is.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from harness_probe.turns import Timing, Turns, Work

# Serves turns until told to finish; returns the timings that the test may look at.
Serve = Callable[[Any, Work, Turns], List[Timing]]


class UnsupportedFixture(Exception):
    """This pytest-benchmark has not the two methods that the probe replaces."""


def replace_measuring(serve: Serve) -> None:
    """Let every benchmark fixture of this process hand its work to `serve`. Raises UnsupportedFixture."""
    from pytest_benchmark.fixture import BenchmarkFixture

    for name in ("_raw", "_raw_pedantic", "_make_stats"):
        if not callable(getattr(BenchmarkFixture, name, None)):
            raise UnsupportedFixture("BenchmarkFixture.{} is missing".format(name))

    def raw(self: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return _measure(self, Work(function, lambda: (args, kwargs), None, 1, None, self._disable_gc), serve)

    def raw_pedantic(
        self: Any,
        target: Callable[..., Any],
        args: Tuple[Any, ...] = (),
        kwargs: Optional[Dict[str, Any]] = None,
        setup: Optional[Callable[[], Any]] = None,
        teardown: Optional[Callable[..., Any]] = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> Any:
        _check_pedantic(setup, rounds, warmup_rounds, iterations)
        arguments = _round_arguments(args, {} if kwargs is None else kwargs, setup)
        work = Work(target, arguments, teardown, iterations, rounds + warmup_rounds, self._disable_gc)
        return _measure(self, work, serve)

    BenchmarkFixture._raw = raw  # type: ignore[method-assign,assignment]
    BenchmarkFixture._raw_pedantic = raw_pedantic  # type: ignore[method-assign]


def _measure(fixture: Any, work: Work, serve: Serve) -> Any:
    turns = Turns(work)
    timings = serve(fixture, work, turns)
    if not timings:
        # The conductor wanted no turn, but the test may go on to look at its result and its statistics.
        timings = [turns.take(1)]
    stats = fixture._make_stats(timings[-1].calls)
    for timing in timings:
        stats.update(timing.wall_s / timing.calls * timings[-1].calls)
    return turns.result


def _check_pedantic(setup: Any, rounds: Any, warmup_rounds: Any, iterations: Any) -> None:
    """The same complaints as pytest-benchmark's own."""
    if not isinstance(iterations, int) or iterations < 1:
        raise ValueError("Must have positive int for `iterations`.")
    if not isinstance(rounds, int) or rounds < 1:
        raise ValueError("Must have positive int for `rounds`.")
    if not isinstance(warmup_rounds, int) or warmup_rounds < 0:
        raise ValueError("Must have positive int for `warmup_rounds`.")
    if iterations > 1 and setup:
        raise ValueError("Can't use more than 1 `iterations` with a `setup` function.")


def _round_arguments(
    args: Tuple[Any, ...], kwargs: Dict[str, Any], setup: Optional[Callable[[], Any]]
) -> Callable[[], Tuple[Tuple[Any, ...], Any]]:
    def arguments() -> Tuple[Tuple[Any, ...], Any]:
        made = setup() if setup else None
        if not made:
            return args, kwargs
        if args or kwargs:
            raise TypeError("Can't use `args` or `kwargs` if `setup` returns the arguments.")
        return made  # type: ignore[no-any-return]

    return arguments
