"""What is found of a variant beside its ratio."""

from __future__ import annotations

from harness.record.schema.ratio import Interval
from harness.record.schema.value import Value

# What suites call the parts of a call (`parts_s`) that are paid once, however many calls follow.
CLUSTER_START = "cluster start"
PAID_ONCE = (CLUSTER_START, "distribution", "cluster end")


class CounterChange(Value, frozen=True, kw_only=True):
    """A counter that is one number in all launches of each side, and not the same number on both."""

    name: str
    before: int
    after: int


class Crowding(Value, frozen=True, kw_only=True):
    """More threads at once than cores. share: of the looks that found it; threads: in the median of these, and at most.

    processes: how many threads each process had in most of these looks, the most first.
    """

    share: float
    looks: int
    threads: int
    most_threads: int
    cores: int
    processes: list[int]


class Instructions(Value, frozen=True, kw_only=True):
    """Instructions that a call executes in user space, threads and child processes included.

    per_call: the median over launches of the launches' medians. spread: their standard deviation over launches, as a
    share; None below two launches. ratio: to the baseline's, by the launches' log ratios, as times are compared;
    interval: 95 %, from three launches on.
    """

    per_call: float
    spread: float | None = None
    ratio: float | None = None
    interval: Interval | None = None


class Floor(Value, frozen=True, kw_only=True):
    """The smallest relative change that a comparison sees with 80 % power here: 0.02 is 2 % more time.

    It comes from the noise of `runs` runs of the case on this machine, this one included, and holds for so many
    launches of so many blocks.
    """

    change: float
    launches: int
    blocks: float
    runs: int


class Tail(Value, frozen=True, kw_only=True):
    """A figure of the slow calls that tells another story than the ratio: the mean, or the 95th percentile.

    ratio: of the two variants' figures, the mean over launches of the log ratio as a factor. excess: the interval of
    how much larger it is than the ratio itself, 97.5 %, over launches.
    """

    figure: str
    ratio: float
    excess: Interval


class StartUp(Value, frozen=True, kw_only=True):
    """After how many calls what a variant pays once (start, distribution, end of a cluster) is paid by cheaper calls.

    against: the variant whose calls may be dearer. once_s: what is paid once. call_s, against_s: what each call of
    either takes. All are means over the launches. calls: once_s / (against_s - call_s), None where no call is cheaper.
    fewest, most: 95 % of it (Fieller), from 3 launches on; most is None where it may be never, both where it is never.
    """

    against: str
    launches: int
    once_s: float
    call_s: float
    against_s: float
    calls: float | None = None
    fewest: float | None = None
    most: float | None = None


class Bill(Value, frozen=True, kw_only=True):
    """What answers take of machines that are paid by the core and the time.

    cores: kept for a call while it runs. answer_core_s: cores x seconds of one answer from start to end, the mean over
    launches; thousand_core_s: of 1,000 answers, of which the first pays what is paid once.
    """

    cores: int
    answer_core_s: float
    thousand_core_s: float
