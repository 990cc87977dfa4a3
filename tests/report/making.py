"""Cases for the report's tests, each named for what it shows."""

from __future__ import annotations

from builders import Way, make_case

from harness.record.schema import Agreement, Case, CaseJudgement, Verdict

ANSWER = {"scores": [0.91, 0.92]}
OTHER = "at scores[1]: 0.92006 against 0.92, off by 5.7e-05 where 9.2e-07 is allowed"


def normal() -> tuple[Case, CaseJudgement]:
    ways = [
        Way("naive", 23.8, answer=ANSWER, peak_bytes=251_000_000, counters={"vect.fit": 61}),
        Way("prefix-cached", 4.05, Verdict.FASTER, answer=ANSWER, peak_bytes=255_000_000, counters={"vect.fit": 11}),
        Way("sklearn", 21.2, Verdict.FASTER, answer=ANSWER, peak_bytes=258_000_000, counters={"vect.fit": 61}),
        Way("sklearn-again", 23.9, Verdict.EQUIVALENT, answer=ANSWER, spread=0.008, counters={"vect.fit": 61}),
        Way("sklearn-pickled", 31.0, Verdict.SLOWER, answer=ANSWER, counters={"vect.fit": 61}),
        Way(
            "sklearn-noisy",
            23.0,
            Verdict.INCONCLUSIVE,
            answer=ANSWER,
            spread=0.12,
            reason="the interval holds 1; only a change of 9 % would have been seen",
        ),
    ]
    return make_case("normal", ways, launches=8, blocks=5, limit_s=3.16, twin_of="prefix-cached")


def few_launches() -> tuple[Case, CaseJudgement]:
    ways = [Way("naive", 0.0125, answer=1), Way("fast", 0.0105, Verdict.FASTER, answer=1)]
    return make_case("few", ways, launches=3, blocks=9)


def one_launch() -> tuple[Case, CaseJudgement]:
    ways = [
        Way("naive", 0.0125, answer=1),
        Way("fast", 0.0105, Verdict.INCONCLUSIVE, answer=1, reason="one launch, no interval: 0.84"),
    ]
    return make_case("one", ways, launches=1, blocks=30, twin_of="fast", twin_ratio=1.031)


def two_launches() -> tuple[Case, CaseJudgement]:
    ways = [
        Way("naive", 0.0125, answer=1),
        Way("fast", 0.0105, Verdict.INCONCLUSIVE, answer=1, reason="two launches, no interval: 0.82 and 0.86"),
    ]
    return make_case("two", ways, launches=2, blocks=30)


def other_answer() -> tuple[Case, CaseJudgement]:
    ways = [
        Way("naive", 23.8, answer=ANSWER),
        Way(
            "dask-as-it-comes",
            7.8,
            Verdict.INCONCLUSIVE,
            Agreement.DIFFER,
            OTHER,
            ANSWER,
            reason="faster, but another answer: 3.05 times as fast over 6 launches",
        ),
        Way("moody", 9.0, Verdict.INCONCLUSIVE, Agreement.UNSTABLE, "2 answers in 6 launches", ANSWER),
        Way("silent", 1.0, Verdict.FASTER, answer=None, peak_bytes=100_000_000),
    ]
    return make_case("other answer", ways)


def quality() -> tuple[Case, CaseJudgement]:
    ways = [
        Way("sklearn k-means++", 15.9, answer={"sum of squares": 4652.13}),
        Way(
            "MiniBatchKMeans",
            2.2,
            Verdict.INCONCLUSIVE,
            Agreement.DIFFER,
            "at sum of squares: 4981 against 4652",
            {"sum of squares": 4980.7},
            reason="faster, but another answer: 7.2 times as fast over 6 launches",
        ),
    ]
    return make_case("as in the lecture", ways)


def not_measured() -> tuple[Case, CaseJudgement]:
    ways = [
        Way("naive", 23.8, answer=ANSWER),
        Way("dask-cluster", 1.0, Verdict.NOT_MEASURED, died="died (killed by signal 9) in launch 0"),
    ]
    return make_case("not measured", ways, baseline_stated=False)


def long_names() -> tuple[Case, CaseJudgement]:
    ways = [
        Way("scikit-learn GridSearchCV[n_jobs=1, memory=None]", 1.0, answer=3),
        Way("a" * 90, 0.5, Verdict.FASTER, answer=3, parts_s={"b" * 100: 1.0}, counters={"c" * 30: 10**15, "d": 1}),
        Way("[red]x[/red]\x1b[31m\n日本語日本語日本語日本語日本語日本語", 0.4, Verdict.FASTER, answer=3),
    ]
    return make_case("long names " * 12, ways, limit_s=0.3, params={"p" * 50: "q" * 50})
