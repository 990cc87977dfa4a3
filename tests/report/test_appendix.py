"""The page for artifact evaluation."""

import msgspec
from builders import make_record

from harness.record.schema import Verification
from harness.report.appendix import Contents, appendix

from .test_sides import B, sides

CONTENTS = Contents(locks={"subject@wheels": "locks/abc.txt"}, sources_bytes=1_000, license_file="source/LICENSE")


def test_the_page_has_all_parts_that_committees_ask_for():
    page = appendix(make_record(), CONTENTS)
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Abstract", "## Check-list", "## Requirements", "## Installation", "## Workflow", "## Expected results",
        "## Notes",
    ]  # fmt: skip
    assert "python -m pip install --require-hashes -r locks/abc.txt" in page
    assert "harness reproduce BUNDLE.zip" in page
    assert "| prefix-cached | 3.40 s | 0.143 [0.139, 0.147] | faster | agree |" in page


def test_what_limits_the_result_is_in_the_notes():
    drifted = Verification(state="drifted", findings=["numpy 2.3.5 is locked, 2.4.0 is installed"])
    page = appendix(make_record(verification=drifted, missing=["a case: no budget"]), CONTENTS)
    assert "- The environment was not its lock: subject@wheels: numpy 2.3.5 is locked" in page
    assert "- Not measured: a case: no budget" in page


def test_names_can_not_end_a_cell_or_begin_a_line():
    record = make_record()
    case = record.judgements[0]
    wild = msgspec.structs.replace(case.variants[1], variant="a|b\n# c")
    record = msgspec.structs.replace(record, judgements=[msgspec.structs.replace(case, variants=[wild])])
    assert "| a\\|b # c | " in appendix(record, CONTENTS)


def test_paths_and_keywords_are_quoted_for_the_shell():
    record = make_record()
    plan = msgspec.structs.replace(record.plan, paths=["my suite"], keyword="a and b", folder="sub folder")
    page = appendix(msgspec.structs.replace(record, plan=plan), CONTENTS)
    assert "cd 'source/sub folder'" in page
    assert "BENCH_SCALE=lecture python -m pytest --benchmark-only -k 'a and b' 'my suite'" in page


def test_without_a_lock_and_a_license_the_page_says_so():
    contents = Contents(locks={}, sources_bytes=0, license_file=None)
    page = appendix(make_record(), contents)
    assert "no lock says what else was there" in page
    assert "**Code license:** none is among the sources" in page


def test_data_are_told_with_their_source_and_digest():
    data = {"corpus": {"source": "generated", "digest": "sha256:" + "ab" * 32, "shape": "150 documents"}}
    page = appendix(make_record(data=data), CONTENTS)
    assert "- **Data set:** corpus: generated, digest abababababab, shape 150 documents" in page


def test_of_a_run_side_by_side_both_environments_are_named_and_installed_apart():
    contents = msgspec.structs.replace(CONTENTS, locks={**CONTENTS.locks, B: "locks/def.txt"})
    page = appendix(sides(), contents)
    assert "Measures 4 tests of" in page
    assert f"each in `subject@wheels` and in `{B}`" in page
    assert "baseline of its case" not in page
    assert f", verified; {B}, Python 3.12.13, verified" in page
    assert "Without it, each environment apart from the others:" in page
    assert "pip install --require-hashes -r locks/abc.txt\n```\n\n```\nconda-lock install" in page
