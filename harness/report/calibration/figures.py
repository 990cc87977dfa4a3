"""The figures of a calibration, computed elsewhere: what its page and its plots show."""

from __future__ import annotations

import msgspec


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What all of them have in common: they are values, by name."""


class Share(Figures, frozen=True, kw_only=True):
    """So many of so many trials, and the 95 % interval of the chance behind it."""

    count: int
    trials: int
    low: float
    high: float

    @property
    def estimate(self) -> float:
        """The share itself; 0 of none."""
        return self.count / self.trials if self.trials else 0.0


class Machine(Figures, frozen=True, kw_only=True):
    """One that trials were made on. others: of its fields, those that are not the same on all, with their values.

    trials: how many, by experiment and noise.
    """

    cpu_model: str
    physical_cores: int | None
    logical_cores: int | None
    memory_gib: int | None
    others: dict[str, str]
    trials: dict[str, dict[str, int]]


class Place(Figures, frozen=True, kw_only=True):
    """Where and when. Lists have what differed between the sittings; commits are shortened."""

    machines: list[Machine]
    kernels: list[str]
    pythons: list[str]
    environments: list[str]
    commits: list[str]
    first: str
    last: str
    trials: int


class Surroundings(Figures, frozen=True, kw_only=True):
    """What the machine showed beside the trials and their noise: medians over trials, and a 90th percentile."""

    noise: str
    meaning: str
    trials: int
    others_cores: float | None
    others_cores_p90: float | None
    load: float | None
    pressure_share: float | None


class Alarms(Figures, frozen=True, kw_only=True):
    """Identical code that was called different. early: how many trials ended at a look, before their time was up.

    turned: the share of the ways to turn the trials' launches round in which they are called different, mean over the
    trials. as_many: how likely as many or more are then.
    """

    experiment: str
    noise: str
    budget_s: float
    share: Share
    allowed: int
    launches: float
    early: int
    turned: float
    as_many: float


class Recorded(Figures, frozen=True, kw_only=True):
    """The recorded launches of identical code that simulated runs are made of.

    experiment: whose trials they are. sd: standard deviation of a launch's log ratio. middle_sd: that of a normal
    distribution with the same quartiles. bias: the mean log ratio and its 95 % interval,
    which should hold 0; None where it was a change that was taken off. carried_over: the correlation of a launch's log
    ratio with that of the one before it, and its 95 % interval, which should hold 0.
    """

    experiment: str
    launches: int
    sd: float
    middle_sd: float
    bias: tuple[float, float, float] | None
    carried_over: tuple[float, float, float]


class Simulation(Figures, frozen=True, kw_only=True):
    """Simulated runs of one plan. smallest: the change seen with 80 % power; None: none."""

    recorded: Recorded
    budget_s: float
    launches: int
    alarms: Share
    smallest: float | None
    powers: list[tuple[float, float]]


class Resampled(Figures, frozen=True, kw_only=True):
    """What was simulated beside one noise: short plans, and long ones."""

    noise: str
    plans: list[Simulation]


class Power(Figures, frozen=True, kw_only=True):
    """A real change that was called slower. resampled: the share of simulated runs that see it."""

    experiment: str
    noise: str
    change: float
    budget_s: float
    share: Share
    launches: float
    resampled: float | None


class Smallest(Figures, frozen=True, kw_only=True):
    """The smallest change that would have been seen in 80 % of trials, and its 95 % interval; None: beyond fourfold."""

    estimate: float | None
    low: float | None
    high: float | None


class Rule(Figures, frozen=True, kw_only=True):
    """A way of deciding: how often it called identical code different, and the smallest change that it would see.

    threshold: None for the harness, which has none to tune.
    """

    threshold: float | None
    alarms: Share
    smallest: Smallest


class Contender(Figures, frozen=True, kw_only=True):
    """A tool beside one noise. tuned: its threshold chosen on half of the trials, judged on the others."""

    tool: str
    rule: str
    unit: str
    noise: str
    trials: int
    budget_s: float
    took_s: float
    default: Rule
    tuned: Rule | None


class Covered(Figures, frozen=True, kw_only=True):
    """The share of simulated intervals that held the truth, by number of launches. stopped: by true ratio, too."""

    model: str
    trials: int
    launches: list[int]
    fixed: list[float]
    stopped: dict[str, list[float]]


class Demand(Figures, frozen=True, kw_only=True):
    """What the harness is held to, what came out, and whether that is so; None where nothing was measured."""

    demand: str
    found: str
    met: bool | None


class Calibration(Figures, frozen=True, kw_only=True):
    """All that a page shows. files: the findings it is made of. left_out: trials in them that had another plan."""

    files: list[str]
    left_out: int
    place: Place
    surroundings: list[Surroundings]
    alarms: list[Alarms]
    resampled: list[Resampled]
    powers: list[Power]
    contenders: list[Contender]
    coverage: list[Covered]
    demands: list[Demand]
