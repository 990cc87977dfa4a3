"""What a project's policy makes of a run: exit codes, and the sentence that says which rule was broken."""

from __future__ import annotations

import json
import sys

import pytest
from conduct.repository import Repository

from .desk import CONFTEST, judged

TWO_WAYS = """
import pytest

def quick():
    return sum(range(20_000))

def slow():
    for _ in range(4):
        quick()
    return quick() + 1

@pytest.mark.benchmark(group="sums")
@pytest.mark.parametrize("variant", [quick, slow])
def test_sum(benchmark, variant):
    benchmark.extra_info["answer"] = benchmark.pedantic(variant, rounds=24)
"""
COUNTED = """
import pytest
from counted import FITS

@pytest.mark.benchmark(group="search")
def test_search(benchmark):
    benchmark.extra_info["answer"] = benchmark.pedantic(sum, args=([1, 2],), rounds=24)
    benchmark.extra_info["counters"] = {"fit vect": FITS}
"""
POLICY = """
[tool.harness]
margin = "5%"
fail = ["slower", "differs", "drift", "not measured"]

[tool.harness.cases."*sums"]
margin = 0.1
rtol = 1e-9

[tool.harness.cases.sumz]
margin = 0.2
"""
ONE_LAUNCH = ("--launches", "1", "--budget", "60s")


@pytest.fixture(scope="module")
def ended(module_desk):
    """One run with a variant that is slower and gives another answer, which several tests look at."""
    module_desk.write("pyproject.toml", POLICY)
    module_desk.write("bench/test_sums.py", TWO_WAYS)
    return module_desk.run("bench", "--launches", "3", "--budget", "120s")


def test_a_verdict_that_the_policy_fails_for_is_exit_code_1_and_says_case_variant_and_ratio(module_desk, ended):
    assert ended.code == 1, ended.err
    text = " ".join(ended.out.split())
    ratio = judged(module_desk.record(), "sums")["slow"]["ratio"]["estimate"]
    assert f"The policy is broken: - slower: bench/sums::sums, slow: ratio {ratio:.3g}" in text
    assert "beyond the margin of 10 %" in text
    assert "differs: bench/sums::sums, slow: " in text
    assert "Policy of pyproject.toml: this run fails for slower, differs, drift, not measured." in text


def test_a_rule_that_fits_no_case_is_said_and_fails_nothing(ended):
    assert "The rule 'sumz' fits no case of this run." in " ".join(ended.out.split())


def test_the_record_holds_the_policy_and_what_broke_it_and_show_says_the_same(module_desk, ended):
    record = module_desk.record()
    assert record["plan"]["margin"] == record["plan"]["policy"]["margin"] == 0.05
    assert record["plan"]["policy"]["source"] == "pyproject.toml"
    (case,) = record["cases"]
    assert (case["margin"], case["tolerance"]) == (0.1, {"rtol": 1e-9, "atol": 1e-12})
    # By the usual tolerance, which the policy has a closer one for, the answers would agree.
    rules = [(breach["rule"], breach["variant"]) for breach in record["breaches"]]
    assert rules == [("slower", "slow"), ("differs", "slow")]
    module_desk.write("pyproject.toml", "[tool.harness]\nfail = []\n")
    assert module_desk.harness("show", record["id"], "--store", str(module_desk.store)).out == ended.out


def test_one_launch_shows_that_a_commit_counts_other_work(desk):
    repository = Repository(desk.folder)
    policy = '[tool.harness]\nfail = ["slower"]\n[tool.harness.against]\nfail = ["counters"]\n'
    suite = {"conftest.py": CONFTEST, "bench/test_search.py": COUNTED, "pyproject.toml": policy}
    # Python tells a changed module by its size and second, so the numbers differ in length.
    repository.commit({**suite, "bench/counted.py": "FITS = 9\n", ".gitignore": "store\nlock\nout-*\nerr-*\n"})
    repository.commit({"bench/counted.py": "FITS = 21\n"})
    here = sys.executable
    cache = {"HARNESS_CACHE": str(desk.folder.parent / "cache")}
    ended = desk.run("bench", "--env", f"{here}:HEAD~1", "--against", f"{here}:HEAD", *ONE_LAUNCH, "--json", **cache)
    assert ended.code == 1, ended.err
    assert f"counters: bench/search::search: search, {here}:HEAD: fit vect 9 -> 21" in ended.err
    record = json.loads(ended.out)
    changed = judged(record, "search: search")[f"{here}:HEAD"]["counter_changes"]
    assert changed == [{"name": "fit vect", "before": 9, "after": 21}]
    shown = desk.harness("show", record["id"], "--store", str(desk.store)).out
    assert "search: counters, A -> B: fit vect 9 -> 21." in shown


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("[tool.harness]\nmargn = 0.1\n", "pyproject.toml:2: tool.harness.margn: there is no such key. Did you mean"),
        (
            '[tool.harness.cases]\n"*sums" = {margin = 0.1}\n"sums*" = {margin = 0.2}\n',
            "the rules for '*sums' (margin 0.1) and 'sums*' (margin 0.2) fit 'sums::sums' equally well",
        ),
    ],
)
def test_a_policy_that_is_wrong_is_refused_before_anything_is_measured(desk, policy, told):
    desk.write("pyproject.toml", policy)
    desk.write("test_sums.py", TWO_WAYS)
    ended = desk.run("test_sums.py")
    assert ended.refused(told)
    assert not desk.record_files()


def test_the_policy_that_holds_in_a_folder_can_be_looked_at(desk):
    desk.write("pyproject.toml", POLICY)
    ended = desk.harness("policy")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("policy: pyproject.toml\na run fails for: slower, differs, drift, not measured\n")
    assert "cases '*sums': margin 10 %, rtol 1e-09\n" in ended.out
    desk.write("pyproject.toml", "[tool.harness]\nfail = ['slow']\n")
    assert desk.harness("policy").refused("pyproject.toml:2: tool.harness.fail: 'slow' is no verdict")
