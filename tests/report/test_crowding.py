"""More threads than cores, as it is told."""

import pytest
from builders import Way, make_case
from msgspec.structs import replace

from harness.record.schema import Crowding
from harness.report.crowding import crowded
from harness.report.view import CaseView

CROWDING = Crowding(share=0.873, looks=31, threads=4, most_threads=5, cores=2, processes=[2, 2])


def told(crowding):
    case, judgement = make_case("search", [Way("naive", 2.0), Way("jobs", 1.0)])
    naive, jobs = judgement.variants
    judgement = replace(judgement, variants=[naive, replace(jobs, crowding=crowding)])
    return list(crowded(CaseView(case, judgement, 0.02)))


def test_without_a_finding_nothing_is_told():
    assert told(None) == []


def test_a_variant_is_named_with_its_threads_and_what_to_do():
    (line,) = told(CROWDING)
    assert line.startswith("jobs is oversubscribed: 4 threads at once on 2 cores, at most 5 ")
    assert "(2 processes x 2 threads; 87 % of 31 looks)" in line
    assert "inner_max_num_threads=1" in line


@pytest.mark.parametrize(
    ("processes", "shape", "way_out"),
    [
        ([4], "1 process x 4 threads", "threadpool_limits"),
        ([1, 1, 1, 1], "4 processes x 1 thread;", "fewer processes"),
        ([2, 1, 1], "processes with 2, 1, 1 threads", "inner_max_num_threads"),
        ([2, 1, 1, 1, 1, 1], "processes with 2, 1, 1, 1, ... threads", "inner_max_num_threads"),
    ],
)
def test_each_shape_has_its_way_out(processes, shape, way_out):
    (line,) = told(replace(CROWDING, processes=processes))
    assert shape in line
    assert way_out in line
