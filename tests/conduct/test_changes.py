"""What keeps an interrupted run from going on."""

from __future__ import annotations

import msgspec
import pytest

from harness.conduct.changes import refuse_changes
from harness.conduct.environments import bare, fingerprint
from harness.failure import HarnessError
from harness.record.schema import EnvironmentRecord, Verification


def environment(address, numpy="2.3.5", commit="aaaa"):
    return EnvironmentRecord(
        address=address,
        kind="wheels",
        python="3.11.7",
        lock_digest=None,
        verification=Verification(state="unlocked"),
        software={"distributions": {"numpy": {"version": numpy}}},
        software_digest=numpy,
        code={"commit": commit},
        code_digest=commit,
    )


def test_nothing_changed_is_no_hindrance():
    a, b = environment("a"), environment("b", numpy="2.4.0")
    refuse_changes(fingerprint(a), [b], [a, b])


def test_the_environment_that_changed_is_named():
    a, b = environment("a"), environment("b")
    with pytest.raises(HarnessError, match=r"\n  b, software: distributions numpy version \(2.3.5, now 2.4.0\)\n"):
        refuse_changes(fingerprint(a), [b], [a, environment("b", numpy="2.4.0")])


def test_a_change_of_the_first_environment_and_of_the_machine_is_named():
    a = environment("a")
    before = msgspec.structs.replace(fingerprint(a), machine={"memory_gib": 7}, machine_digest="other")
    with pytest.raises(HarnessError, match=r"machine: .*memory_gib \(7, now") as refused:
        refuse_changes(before, [], [environment("a", commit="bbbb")])
    assert "code: commit (aaaa, now bbbb)" in str(refused.value)


def test_the_first_environment_leaves_to_the_fingerprint_what_that_has():
    first = bare(environment("a"))
    assert (first.software, first.software_digest, first.code, first.code_digest) == ({}, "", {}, "")
