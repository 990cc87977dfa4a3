from builders import make_fingerprint
from hypothesis import given
from hypothesis import strategies as st
from strategies import JSON, TEXT

from harness.report.fingerprint import FingerprintTable, brief_machine
from harness.report.plain import to_text

PRINT = make_fingerprint()


def lines(fields, digest=""):
    text = to_text(FingerprintTable("title", fields, digest), 80, True)
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_machine_is_shown_with_its_digest_and_units():
    shown = lines(PRINT.machine, PRINT.machine_digest)
    assert shown[0] == "title"
    assert shown[1].startswith("digest a1a1")
    assert "cpu_model AMD EPYC 7B13" in shown
    assert "L3 33.6 MB" in shown
    assert "quota_cores -" in shown


def test_software_is_shown_with_pools_and_packages():
    shown = lines(PRINT.software)
    assert "- api blas, library openblas, version 0.3.30, threads 2" in shown
    assert any(line.startswith("numpy version 2.3.5") for line in shown)


def test_a_machine_in_a_few_words():
    assert brief_machine(PRINT.machine) == "AMD EPYC 7B13, 1 physical, 2 logical cores, 24 GiB"
    assert brief_machine({}) == ""


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_any_fields_can_be_shown(fields):
    assert "\x1b" not in "".join(lines(fields))
