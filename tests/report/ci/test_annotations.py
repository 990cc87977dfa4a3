"""Notes beside the code's lines, as GitHub's runner and GitLab read them."""

from __future__ import annotations

import re

import msgspec
import pytest
from builders import make_record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import any_of

from harness.record.schema import Breach, Failing, Record, Verdict
from harness.report.ci import annotations_of, code_quality, unmeasured, workflow_commands
from harness.report.ci.workflow_commands import MOST

from ..test_sides import B, environment, side

FILE = "benchmarks/narrow/test_narrow.py"
SUITE = """
import pytest

class TestNarrow:
    @pytest.mark.benchmark
    def test_narrow(self, benchmark):
        pass

def test_other(benchmark):
    pass
"""


def record_of(breaches, nodeid=f"{FILE}::TestNarrow::test_narrow[prefix]", folder="", missing=()):
    case, judgement = side("prefix", 3.4, 3.9, Verdict.SLOWER)
    variants = [msgspec.structs.replace(variant, nodeid=nodeid) for variant in case.variants]
    record = make_record((msgspec.structs.replace(case, variants=variants), judgement), against=[environment()])
    told = [msgspec.structs.replace(breach, case=case.id) if breach.variant else breach for breach in breaches]
    plan = msgspec.structs.replace(record.plan, folder=folder)
    return msgspec.structs.replace(record, breaches=told, plan=plan, missing=list(missing))


SLOWER = Breach(rule=Failing.SLOWER, variant=B, ratio=1.13, detail="1.13 times the time")


def notes(*arguments, **fields):
    return annotations_of(record_of(*arguments, **fields), {FILE: SUITE, f"sub/{FILE}": f"\n\n{SUITE}"}.get)


def test_a_breach_stands_beside_its_test():
    (note,) = notes([SLOWER])
    assert (note.file, note.line) == (FILE, 6)
    told = f"{FILE}::narrow: prefix, {B}: ratio 1.13: 1.13 times the time"
    assert workflow_commands([note]) == [f"::error file={FILE},line=6,title=Benchmark%3A slower::{told}"]


def test_the_file_is_named_from_the_top_of_the_repository():
    (note,) = notes([SLOWER], folder="sub")
    assert (note.file, note.line) == (f"sub/{FILE}", 8)


def test_a_test_that_is_not_found_is_noted_at_the_files_beginning():
    assert [note.line for note in notes([SLOWER], nodeid=f"{FILE}::test_gone[x]")] == [1]
    assert [note.line for note in annotations_of(record_of([SLOWER]), lambda _: "def (")] == [1]
    assert [note.line for note in annotations_of(record_of([SLOWER]), lambda _: None)] == [1]


def test_what_was_not_measured_comes_first_and_is_a_warning_where_the_policy_lets_it_pass():
    found = notes([SLOWER, Breach(rule=Failing.NOT_MEASURED, detail="x: died")], missing=["x: died"])
    assert [note.rule for note in found] == ["not measured", "slower"]
    (note,) = notes([], missing=["x: died"])
    assert workflow_commands([note]) == [
        "::warning title=Benchmark%3A not measured::x: died (the policy lets that pass)"
    ]


def test_no_more_than_a_step_can_show_and_the_last_one_says_how_many_are_missing():
    lines = workflow_commands([unmeasured(f"{number}") for number in range(MOST + 5)])
    assert len(lines) == MOST
    assert lines[-1] == "::error title=Benchmark::6 notes are left out here; the summary has all."
    assert len(workflow_commands([unmeasured("")] * MOST)) == MOST


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(), st.text(), st.text())
def test_no_name_becomes_a_command_of_its_own(text, title, file):
    note = msgspec.structs.replace(unmeasured(text), title=title, file=f"x{file}", text=text)
    (line,) = workflow_commands([note])
    assert len(line.splitlines()) <= 1
    head, _, data = line.removeprefix("::error ").partition("::")
    assert re.fullmatch(r"file=[^,:]*,line=1,title=[^,:]*", head)
    assert not re.search(r"%(?!25|0A|0D)", data)
    assert not re.search(r"[\r\n]", line)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_of(Record))
def test_any_record_has_notes_for_both(record):
    found = annotations_of(record, lambda _: SUITE)
    assert len(workflow_commands(found)) <= 2 * MOST
    for entry in code_quality(found, "README"):
        assert entry["severity"] in {"major", "minor"}
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["location"]["path"]


def test_a_code_quality_report_knows_a_fault_again_whatever_its_ratio():
    (first,) = code_quality(notes([SLOWER]), "README")
    (again,) = code_quality(notes([msgspec.structs.replace(SLOWER, ratio=2.0, detail="2 times")]), "README")
    assert first["fingerprint"] == again["fingerprint"]
    assert first["description"] != again["description"]
    assert first["description"].startswith(f"slower: {FILE}::narrow")
    assert first["location"] == {"path": FILE, "lines": {"begin": 6}}


GAPS = [
    f"{FILE}::narrow: prefix, {B}: died",
    "benchmarks/test_broken.py in base: does not import: no",
    "nothing was measured",
]


@pytest.mark.parametrize("fails", [True, False])
def test_two_things_that_were_not_measured_are_two_faults_each_where_it_lies(fails):
    breaches = [Breach(rule=Failing.NOT_MEASURED, detail=gap) for gap in GAPS if fails]
    record = record_of(breaches, missing=GAPS)
    found = annotations_of(record, {FILE: SUITE, "benchmarks/test_broken.py": "def ("}.get)
    entries = code_quality(found, ".gitlab-ci.yml")
    assert len({entry["fingerprint"] for entry in entries}) == 3
    places = [(entry["location"]["path"], entry["location"]["lines"]["begin"]) for entry in entries]
    assert places == [(FILE, 6), ("benchmarks/test_broken.py", 1), (".gitlab-ci.yml", 1)]


def test_a_note_says_once_what_it_is_about():
    (note,) = notes([Breach(rule=Failing.NOT_MEASURED, detail="x: died")])
    assert workflow_commands([note]) == ["::error title=Benchmark%3A not measured::x: died"]
