"""The table of what the judge says, not of what a test made up."""

from builders import Way, make_case, make_record
from msgspec.structs import replace

from harness.judge import judge_run
from harness.record.schema import Phase
from harness.report.run import render

WAYS = [
    Way("naive", 1.0, answer={"scores": [1.0, 2.0]}),
    Way("shared", 0.2, answer={"scores": [1.0, 2.0]}),
    Way("other", 0.5, answer={"scores": [1.0, 2.5]}),
    Way("silent", 0.5, answer=None),
]


def judged(case):
    (judgement,) = judge_run([case], 0.02, lambda _: None)
    return " ".join(render(make_record((case, judgement))).split())


def test_what_the_judge_finds_is_what_the_reader_sees():
    case, _ = make_case("small", WAYS, launches=6, blocks=4, limit_s=0.1, twin_of="shared")
    text = judged(case)
    assert "of naive's time: 5.0 times as fast" in text
    assert "same answer; 50 % of the limit reached" in text
    assert "other gives another answer than naive: " in text
    assert "silent states no answer, naive does" in text
    assert "Control: the twin of shared" in text


def test_few_and_single_launches_are_called_so():
    assert "few launches (4)" in judged(make_case("small", WAYS[:2], launches=4)[0])
    assert "one launch, no verdict" in judged(make_case("small", WAYS[:2], launches=1)[0])


def test_a_run_without_a_measured_sample_can_be_shown():
    case, _ = make_case("small", WAYS, launches=2)
    samples = [replace(sample, phase=Phase.BROKEN) for sample in case.samples]
    assert "The baseline naive was not measured" in judged(replace(case, samples=samples))
