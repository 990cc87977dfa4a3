"""The record: the immutable document of one run, as typed values without behaviour.

`docs/record.schema.json` is the published JSON Schema of `Record`; a test holds the two together.
All times are in seconds, all sizes in bytes, all moments in ISO 8601 with UTC offset.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

SCHEMA_VERSION = 1


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all parts of a record: immutable, unknown fields are errors (msgspec inherits these, but not kw_only)."""


class Phase(StrEnum):
    """What a sample may be used for. Only `MEASURED` ones enter ratios."""

    MEASURED = "measured"
    WARM_UP = "warm-up"
    PILOT = "pilot"
    BROKEN = "broken"
    VOID = "void"


class Sample(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One timed turn of one variant. instructions: executed in it, in user space; None where they weren't counted."""

    launch: int
    block: int
    variant: str
    calls: int
    wall_s: float
    cpu_s: float
    phase: Phase
    instructions: int | None = None


class Conditions(Value, frozen=True, kw_only=True):
    """The machine around one block; a figure that cannot be told is None.

    steal_share, pressure_share: share of the CPU time since the block began; load: 1 minute average.
    """

    launch: int
    block: int
    steal_share: float | None = None
    throttled_s: float | None = None
    swapped_bytes: int | None = None
    cpu_pressure_share: float | None = None
    load: float | None = None


class Launch(Value, frozen=True, kw_only=True):
    """One set of fresh probes with its blocks: the unit of inference."""

    number: int
    hash_seed: int
    began: str
    start_s: float
    phase: Phase
    why: str = ""


class Answer(Value, frozen=True, kw_only=True):
    """What a variant computed, and in which launches it computed just that.

    value: JSON; an array stands as an object with the single key "__array__" (dtype, shape, digest, summary, sample),
    a float that JSON has no word for as {"__float__": "nan"}.
    """

    launches: list[int]
    digest: str
    value: Any


class FailureKind(StrEnum):
    RAISED = "raised"
    DIED = "died"
    HUNG = "hung"
    GARBLED = "garbled"
    SKIPPED = "skipped"
    UNANSWERED = "unanswered"


class Failure(Value, frozen=True, kw_only=True):
    """Why a variant was not measured in a launch: traceback or signal, and the last lines of its output."""

    launch: int
    kind: FailureKind
    text: str
    output: str = ""


class Running(Value, frozen=True, kw_only=True):
    """Threads of a variant, in all its processes, that ran or were ready to, while untimed calls were looked at.

    cores: that it may use. looks: how often none was found, one, two, and so on. crowded: of the looks with more
    threads than cores, how many each process had in most of them, the most first; empty where there were none.
    """

    cores: int
    looks: list[int]
    crowded: list[int] = []


class Variant(Value, frozen=True, kw_only=True):
    """One way of doing a case's work. Lists are by launch, in the order of `launches`.

    environment: where it ran; 0 is the record's `environment`, k the k-th of its `against`. axis: the parameter that
    its test names as the x axis of a curve. calls: in one of its turns, so many that a turn lasts at least 10 ms.
    parts_launches: the launch of each of parts_s. running: None where nobody looked, or could.
    """

    name: str
    nodeid: str
    environment: int = 0
    twin_of: str | None = None
    axis: str | None = None
    calls: int = 1
    answers: list[Answer] = []
    counters: list[dict[str, int]] = []
    parts_s: list[dict[str, float]] = []
    parts_launches: list[int] = []
    peak_bytes: list[int] = []
    running: Running | None = None
    failures: list[Failure] = []
    notes: dict[str, Any] = {}


class Tolerance(Value, frozen=True, kw_only=True):
    """Two numbers a and b agree if abs(a - b) <= atol + rtol * abs(b), b being the baseline's."""

    rtol: float
    atol: float


class Look(Value, frozen=True, kw_only=True):
    """A case was looked at after this launch (its number): whether it was known well enough, and so at its end.

    spent: the share of the error probability that was given out by then.
    """

    launch: int
    spent: float
    enough: bool


class Case(Value, frozen=True, kw_only=True):
    """The same work done in several ways: what is compared.

    tolerance_stated: which of the tolerance's two numbers the test itself states. margin: a share, where a rule of the
    policy gives this case one of its own; None means the plan's.
    blocks_per_launch: planned. fresh: each call runs in a process of its own, fresh_why says for which reason.
    limit_s: what the machine would need at best, one value a launch. of, variant: in a run side by side, where a case
    is one test in several environments, the suite's case that this test belongs to, and what it is called there.
    warm_up_blocks: how many blocks at the beginning of each held launch, after the first, a change point over the
    launches told to be warm-up; unsteady: the variants whose times still change in the second half of the launches.
    looks: those that could have ended it; none where the plan was fixed, and one at its end.
    numbers: what is behind those parameters that are numbers, whatever pytest calls them in `params`.
    """

    id: str
    of: str | None = None
    variant: str | None = None
    file: str
    group: str | None
    params: dict[str, str]
    numbers: dict[str, float] = {}
    baseline: str
    baseline_stated: bool
    tolerance: Tolerance
    tolerance_stated: list[str] = []
    margin: float | None = None
    optional: bool = False
    axis: str | None = None
    blocks_per_launch: int = 0
    fresh: bool = False
    fresh_why: str = ""
    variants: list[Variant] = []
    limit_s: list[float] = []
    limit_failures: list[Failure] = []
    launches: list[Launch] = []
    looks: list[Look] = []
    samples: list[Sample] = []
    conditions: list[Conditions] = []
    not_measured: str = ""
    warm_up_blocks: int = 0
    unsteady: list[str] = []


class Interval(Value, frozen=True, kw_only=True):
    """An interval of a ratio (dimensionless); on curves, of the figure beside it, in its unit."""

    low: float
    high: float
    confidence: float


class Ratio(Value, frozen=True, kw_only=True):
    """A variant's time over the baseline's.

    estimate: the exponential of the mean over launches of the log ratio. launch_ratios: one estimate a launch.
    interval: 95 %, of a plan that was fixed beforehand. stopped: 95 %, holds at whichever of its `looks` the case was
    stopped, the end included. adjusted: what the verdict looks at, as `stopped` and adjusted (Holm) for the run's
    comparisons. equivalence: 90 %, as `stopped`. few: three to five launches. p_value: as of a fixed plan.
    """

    estimate: float
    launches: int
    blocks: int
    launch_ratios: list[float]
    interval: Interval | None = None
    stopped: Interval | None = None
    adjusted: Interval | None = None
    equivalence: Interval | None = None
    looks: int = 1
    few: bool = False
    p_value: float | None = None
    signed_rank_p: float | None = None

    @property
    def shown(self) -> Interval | None:
        """The 95 % interval that holds however the run came to its end."""
        return self.stopped or self.interval


class Verdict(StrEnum):
    BASELINE = "baseline"
    FASTER = "faster"
    SLOWER = "slower"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"
    NOT_MEASURED = "not measured"


class Agreement(StrEnum):
    AGREE = "agree"
    DIFFER = "differ"
    UNSTABLE = "unstable"
    NONE = "none"


class AnswerJudgement(Value, frozen=True, kw_only=True):
    """Whether an answer is the baseline's. detail: where it differs most and by how much, in words."""

    agreement: Agreement
    detail: str = ""


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


class VariantJudgement(Value, frozen=True, kw_only=True):
    """All that a case's table shows of one variant.

    median_s, p95_s, cpu_s, parts_s: of one call. smallest_seen: the smallest relative change that these launches would
    have shown; floor: the same from all that is known of this machine's noise. limit_share: limit over median, 1 is the
    best possible. counter_changes: side by side, where the same test counts in both environments; exact, so one launch
    is enough. tails: figures that tell another story than the ratio. crowding: None where there was none, or nobody
    looked. instructions: None where they weren't counted.
    """

    variant: str
    verdict: Verdict
    reason: str
    answer: AnswerJudgement
    median_s: float | None = None
    p95_s: float | None = None
    cpu_s: float | None = None
    ratio: Ratio | None = None
    ratio_of_means: float | None = None
    tails: list[Tail] = []
    smallest_seen: float | None = None
    floor: Floor | None = None
    peak_bytes: int | None = None
    counters: dict[str, int] = {}
    counter_changes: list[CounterChange] = []
    parts_s: dict[str, float] = {}
    limit_share: float | None = None
    start_up: list[StartUp] = []
    bill: Bill | None = None
    crowding: Crowding | None = None
    instructions: Instructions | None = None


class CaseJudgement(Value, frozen=True, kw_only=True):
    """The verdicts of one case. twin: the control that should come out as 1.

    twin_share: of the case's measuring time, starts and turns.
    warm_up_blocks, no_steady_state: as `warm_up_blocks` and `unsteady` of the case.
    """

    case: str
    variants: list[VariantJudgement]
    comparisons: int
    twin: Ratio | None = None
    twin_of: str | None = None
    twin_share: float | None = None
    limit_s: float | None = None
    warm_up_blocks: int = 0
    no_steady_state: list[str] = []


class Failing(StrEnum):
    """What a policy may let a run fail for. All but drift and not measured are verdicts of one variant."""

    SLOWER = "slower"
    INCONCLUSIVE = "inconclusive"
    DIFFERS = "differs"
    UNSTABLE = "unstable"
    NO_ANSWER = "no answer"
    COUNTERS = "counters"
    DRIFT = "drift"
    NOT_MEASURED = "not measured"


def _always() -> list[Failing]:
    return [Failing.DRIFT, Failing.NOT_MEASURED]


class Rule(Value, frozen=True, kw_only=True):
    """What holds for some cases. cases: an id, a group, or a pattern with * and ?. None: as for all others."""

    cases: str
    margin: float | None = None
    rtol: float | None = None
    atol: float | None = None


class Policy(Value, frozen=True, kw_only=True):
    """What a run is held to, as its project states it (`[tool.harness]` in pyproject.toml).

    source: the file, from the top of the repository; None where none states a policy, and the defaults hold. margin: a
    share. rtol, atol: of answers, where a test states no tolerance of its own. fail: what makes a run fail;
    fail_against: what makes one side by side fail.
    """

    source: str | None = None
    margin: float = 0.02
    rtol: float = 1e-6
    atol: float = 1e-12
    fail: list[Failing] = msgspec.field(default_factory=_always)
    fail_against: list[Failing] = msgspec.field(default_factory=_always)
    rules: list[Rule] = []


class Estimate(Value, frozen=True, kw_only=True):
    """A figure of a curve with its 95 % interval; None where too few launches carry one."""

    value: float
    interval: Interval | None = None


class CurvePoint(Value, frozen=True, kw_only=True):
    """One variant at one value of the axis. case: the id of the case that was measured there.

    time_s, peak_bytes: of one call, geometric means over launches. left_out: why it is held against nothing else, empty
    if it is. ratio: its time over the baseline's. On an axis of workers: speed_up over the same variant at 1 worker,
    efficiency (speed-up a worker), and serial_share, what Karp and Flatt call the experimental serial fraction.
    """

    value: float
    case: str
    launches: int = 0
    time_s: Estimate | None = None
    peak_bytes: Estimate | None = None
    left_out: str = ""
    ratio: Estimate | None = None
    speed_up: Estimate | None = None
    efficiency: Estimate | None = None
    serial_share: Estimate | None = None


class LocalGrowth(Value, frozen=True, kw_only=True):
    """The exponent between two neighbouring values of the axis."""

    low: float
    high: float
    exponent: Estimate


class Growth(Value, frozen=True, kw_only=True):
    """How a figure grows along the axis: figure = at_low * (value / low) ** exponent, a straight line of logarithms.

    off: the largest share by which a point lies off the line. lack_of_fit_p: of the test that the line fits. curved: it
    doesn't, and `local` says more than the one exponent.
    """

    exponent: Estimate
    low: float
    high: float
    at_low: float
    off: float
    lack_of_fit_p: float | None = None
    curved: bool = False
    local: list[LocalGrowth] = []


class ScalingLaw(Value, frozen=True, kw_only=True):
    """Time at n workers is one_worker_s * (1 + serial_share * (n - 1) + coherency * n * (n - 1)) / n.

    coherency: None in Amdahl's law. counts: to how many worker counts it was fitted. off: the largest share by which
    one of them lies off the law.
    """

    one_worker_s: float
    serial_share: Estimate
    coherency: Estimate | None = None
    counts: int
    off: float


class Cost(Value, frozen=True, kw_only=True):
    """How many workers it takes to beat the best variant on a single core (McSherry et al. 2015).

    workers: None where none within what was measured do. single, single_s: that variant, and its time at 1 worker.
    unknown: smaller numbers of workers at which the order is not known.
    """

    workers: float | None
    single: str
    single_s: float
    unknown: list[float] = []


class VariantCurve(Value, frozen=True, kw_only=True):
    """One variant along the axis. beyond_cores: worker counts that no law was fitted to, as there were fewer cores."""

    variant: str
    points: list[CurvePoint]
    time_growth: Growth | None = None
    memory_growth: Growth | None = None
    beyond_cores: list[float] = []
    amdahl: ScalingLaw | None = None
    universal: ScalingLaw | None = None
    cost: Cost | None = None


class Crossing(Value, frozen=True, kw_only=True):
    """A change of order: at the measured value `below` the variant `faster` takes more time, from `above` on less.

    unknown: measured values between the two at which the order is not known. estimate: where the curves through these
    and the neighbouring values cross; None if they don't, and on an axis of workers, which come whole.
    """

    below: float
    above: float
    faster: str
    unknown: list[float] = []
    estimate: Estimate | None = None


class OrderPoint(Value, frozen=True, kw_only=True):
    """Two variants at one value. ratio: the second's time over the first's. faster: None where that isn't known."""

    value: float
    ratio: Estimate
    faster: str | None = None


class Order(Value, frozen=True, kw_only=True):
    """Which of two variants takes less time along the axis, and every change of it."""

    first: str
    second: str
    points: list[OrderPoint]
    crossings: list[Crossing] = []


class Curve(Value, frozen=True, kw_only=True):
    """A swept family: the cases that differ in the value of one parameter only.

    of, params: as of its cases, without the axis. workers: whether the axis counts workers. cores: how many there were.
    orders: of each variant and the baseline, and of every other pair whose order changes. problem: why there is no
    curve, in words; then nothing else is judged.
    """

    axis: str
    file: str
    group: str | None
    params: dict[str, str] = {}
    of: str | None = None
    variant: str | None = None
    cases: list[str]
    values: list[float] = []
    baseline: str = ""
    workers: bool = False
    cores: int = 0
    variants: list[VariantCurve] = []
    orders: list[Order] = []
    problem: str = ""


class Price(Value, frozen=True, kw_only=True):
    """What a core costs for an hour. currency: as the user wrote it; empty where it wasn't said."""

    core_hour: float
    currency: str = ""


class Plan(Value, frozen=True, kw_only=True):
    """What was asked for. launches: exactly so many of each case; None means until enough is known.

    margin: a share, of the cases for which the policy has no other.
    folder: where the paths begin, from the top of the git repository; empty at the top, or without a repository.
    reproduces: the id of the record whose plan this is, where the run was made to reproduce one.
    """

    paths: list[str]
    keyword: str | None
    scale: str
    budget_s: float
    launches: int | None
    precision: float
    margin: float
    cores: list[int]
    threads: int
    seed: int
    timeout_s: float | None
    policy: Policy = Policy()
    folder: str = ""
    reproduces: str | None = None
    price: Price | None = None


class Verification(Value, frozen=True, kw_only=True):
    """Whether the live environment is its lock. state: verified, drifted or unlocked.

    findings: in words, the first of them if they are many; unlisted: how many more there are. packages, files: how many
    were compared; None if none were.
    """

    state: str
    findings: list[str] = []
    unlisted: int = 0
    packages: int | None = None
    files: int | None = None

    @property
    def drifted(self) -> bool:
        """Whether it is not its lock."""
        return self.state == "drifted"


class EnvironmentRecord(Value, frozen=True, kw_only=True):
    """Where the measured code ran. kind: wheels, conda, image, python or live. python: its version.

    revision: of the measured code, as it was named behind the address; commit: which one that was. None: the code as
    it lay in the folder. software, code: as in the fingerprint, under their digests; empty in a record's first
    environment, for which the fingerprint has them. image: the engine's id of the image, where it is one.
    uncounted: why instructions can't be counted there; empty where they can, None where nobody asked.
    """

    address: str
    kind: str
    python: str
    lock_digest: str | None
    verification: Verification
    revision: str | None = None
    commit: str | None = None
    image: str | None = None
    software: dict[str, Any] = {}
    software_digest: str = ""
    code: dict[str, Any] = {}
    code_digest: str = ""
    uncounted: str | None = None


class Fingerprint(Value, frozen=True, kw_only=True):
    """What the run depended on, under three digests; `state` is recorded and never hashed."""

    machine: dict[str, Any]
    machine_digest: str
    software: dict[str, Any]
    software_digest: str
    code: dict[str, Any]
    code_digest: str
    state: dict[str, Any]


class Breach(Value, frozen=True, kw_only=True):
    """A rule of the policy that the run has broken. case, variant: None where the rule is about the whole run.

    ratio: the variant's time over the baseline's, where the rule is about time. detail: in words.
    """

    rule: Failing
    case: str | None = None
    variant: str | None = None
    ratio: float | None = None
    detail: str = ""


class Record(Value, frozen=True, kw_only=True):
    """One run. interruptions: how often it was cut and resumed. missing: what was not measured, in words.

    predicted_s: what `measured_s` was predicted to be when every case had had its first launch.
    remarks: what the run has to say of its own work, such as files of the store that it couldn't read.
    breaches: where the run breaks the plan's policy; none means that it is fine.
    against: the environments that a run side by side compares with the first, `environment`.
    """

    schema_version: int = SCHEMA_VERSION
    id: str
    harness_version: str
    began: str
    ended: str
    measured_s: float
    predicted_s: float | None = None
    plan: Plan
    environment: EnvironmentRecord
    against: list[EnvironmentRecord] = []
    fingerprint: Fingerprint
    cases: list[Case]
    judgements: list[CaseJudgement]
    curves: list[Curve] = []
    data: dict[str, Any] = {}
    interruptions: int = 0
    missing: list[str] = []
    remarks: list[str] = []
    breaches: list[Breach] = []

    @property
    def environments(self) -> list[EnvironmentRecord]:
        """All environments that it was measured in, the first one first."""
        return [self.environment, *self.against]

    @property
    def fails_for(self) -> list[Failing]:
        """What its policy lets it fail for."""
        return self.plan.policy.fail_against if self.against else self.plan.policy.fail

    @property
    def drifted(self) -> bool:
        """Whether any of its environments was not its lock."""
        return any(each.verification.drifted for each in self.environments)
