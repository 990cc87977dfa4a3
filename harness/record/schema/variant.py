"""One way of doing a case's work, and what it gave: answers, counters, failures."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from harness.record.schema.value import Value


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
