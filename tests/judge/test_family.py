"""All comparisons of a run are one family, whatever margin each case has, and in however many environments."""

from __future__ import annotations

from harness.judge.run import judge_run
from harness.record.schema import Verdict

from .making import a_case, a_variant, no_array, noisy_samples

ENVIRONMENTS = ["old", "new", "newest", "other"]


def side_by_side(seed, margins=(0.0, 0.0, 0.0, 0.0)):
    """Tests of which each took the same time in all environments."""
    return [
        a_case(
            [a_variant(name, environment=number) for number, name in enumerate(ENVIRONMENTS)],
            noisy_samples(dict.fromkeys(ENVIRONMENTS, 1.0), launches=6, blocks=1, launch_sd=0.03, seed=(seed, at)),
            id=f"grid: {at}",
            of="grid",
            baseline="old",
            margin=margin,
        )
        for at, margin in enumerate(margins)
    ]


def rows_of(cases):
    return [row for judgement in judge_run(cases, 0.02, no_array) for row in judgement.variants if row.ratio]


def different(row):
    return row.verdict in {Verdict.FASTER, Verdict.SLOWER}


def test_all_environments_and_all_cases_count_as_comparisons_of_the_run():
    judgements = judge_run(side_by_side(0), 0.02, no_array)
    assert {judgement.comparisons for judgement in judgements} == {12}


def test_a_margin_takes_verdicts_away_and_leaves_intervals_as_they_are():
    for seed in range(8):
        exact, wide = rows_of(side_by_side(seed)), rows_of(side_by_side(seed, (0.0, 0.01, 0.05, 0.3)))
        assert [row.ratio for row in exact] == [row.ratio for row in wide]
        assert all(different(before) for before, after in zip(exact, wide, strict=True) if different(after))


def test_in_five_percent_of_runs_at_most_is_anything_called_different_that_is_not():
    """Of 60 runs with 12 comparisons each and no margin; unadjusted, some 27 of them would be wrong."""
    wrong = sum(any(different(row) for row in rows_of(side_by_side(seed))) for seed in range(60))
    assert wrong <= 8  # three standard deviations above the 3 that 5 % allow
