"""`[tool.harness]`: whatever is valid can be read back from the record, and what is wrong is told with its place."""

from __future__ import annotations

import contextlib
import json
import math

import pytest
from builders import make_record
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.conduct.policy_table import policy_in
from harness.failure import HarnessError
from harness.pyproject import Pyproject, read_pyproject
from harness.record.document import from_bytes, to_bytes
from harness.record.schema import Failing, Policy, Rule

RECORD = replace(make_record(), cases=[], judgements=[])
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)
MARGINS = st.floats(0, 1, exclude_max=True)
TOLERANCES = st.floats(0, 1e300)
OF_RUNS = [each for each in Failing if each not in {Failing.STEP, Failing.NOT_SOLVED}]


def lists(names):
    return st.lists(st.sampled_from(names)).map(lambda named: [each for each in Failing if each in named])


FAILING = lists(OF_RUNS)
RULES = st.builds(
    Rule, cases=NAMES, margin=st.none() | MARGINS, rtol=st.none() | TOLERANCES, atol=st.none() | TOLERANCES
).filter(lambda rule: (rule.margin, rule.rtol, rule.atol) != (None, None, None))
POLICIES = st.builds(
    Policy,
    margin=MARGINS,
    rtol=TOLERANCES,
    atol=TOLERANCES,
    fail=FAILING,
    fail_against=FAILING,
    fail_nightly=lists(list(Failing)),
    rules=st.lists(RULES, max_size=4, unique_by=lambda rule: rule.cases),
)
ANYTHING = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["2%", "slower", "nan", 0.1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["margin", "rtol", "atol", "fail", "against", "nightly", "cases", "locks", "margn"])


def read(tmp_path, text):
    path = tmp_path / "pyproject.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return policy_in(read_pyproject(path))


def refused(tmp_path, text):
    with pytest.raises(HarnessError) as error:
        read(tmp_path, text)
    assert "\n" not in str(error.value)
    return str(error.value)


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def written(policy):
    lines = ["[tool.harness]", f"fail = {json.dumps(policy.fail)}"]
    lines += [f"{name} = {getattr(policy, name)!r}" for name in ("margin", "rtol", "atol")]
    lines += ["[tool.harness.against]", f"fail = {json.dumps(policy.fail_against)}"]
    lines += ["[tool.harness.nightly]", f"fail = {json.dumps(policy.fail_nightly)}"]
    for rule in policy.rules:
        lines.append(f"[tool.harness.cases.{quoted(rule.cases)}]")
        stated = {name: getattr(rule, name) for name in ("margin", "rtol", "atol")}
        lines += [f"{name} = {value!r}" for name, value in stated.items() if value is not None]
    return "\n".join(lines)


@given(POLICIES)
def test_whatever_policy_can_be_stated_is_what_the_record_says_later(tmp_path_factory, policy):
    stated = read(tmp_path_factory.mktemp("project"), written(policy))
    assert stated == policy
    record = replace(RECORD, plan=replace(RECORD.plan, policy=stated))
    assert from_bytes(to_bytes(record), "here").plan.policy == policy


@given(st.dictionaries(KEYS, ANYTHING, max_size=4) | ANYTHING)
@settings(max_examples=300)
def test_any_table_is_a_policy_within_its_bounds_or_refused_in_words(content):
    try:
        policy = policy_in(Pyproject(place="pyproject.toml", text="", content={"tool": {"harness": content}}))
    except HarnessError:
        return
    if policy is not None:
        for each in (policy, *policy.rules):
            assert each.margin is None or 0 <= each.margin < 1
            assert all(number is None or 0 <= number < math.inf for number in (each.rtol, each.atol))


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_file_is_read_or_refused_in_words(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    with contextlib.suppress(HarnessError):
        policy_in(read_pyproject(path))


@pytest.mark.parametrize(
    ("text", "place", "meant"),
    [
        ("[tool.harness]\nmargn = 0.1\n", "2: tool.harness.margn", "margin"),
        ("[tool]\nharness.magin = 0.1\n", "2: tool.harness.magin", "margin"),
        ("[tool]\nx = 1\nharness = {fial = []}\n", "3: tool.harness.fial", "fail"),
        ("[tool.harness.agianst]\nfail = []\n", "1: tool.harness.agianst", "against"),
        ("[tool.harness.against]\n\nfails = []\n", "3: tool.harness.against.fails", "fail"),
        ("[tool.harness.nightly]\nfial = []\n", "2: tool.harness.nightly.fial", "fail"),
        ('[tool.harness.cases."a/*"]\nrtl = 1\n', "2: tool.harness.cases.'a/*'.rtl", "rtol"),
        ('[tool.harness.cases]\n"a/*" = {magrin = 0}\n', "2: tool.harness.cases.'a/*'.magrin", "margin"),
    ],
)
def test_an_unknown_key_is_told_with_its_line_and_the_nearest_right_one(tmp_path, text, place, meant):
    told = f"pyproject.toml:{place}: there is no such key. Did you mean '{meant}'? There are: "
    assert refused(tmp_path, text).startswith(told)


def test_an_unknown_key_that_is_like_no_other_is_told_with_those_there_are(tmp_path):
    message = refused(tmp_path, "[tool.harness]\nzzz = 1\n")
    assert message.endswith("there is no such key. There are: margin, rtol, atol, fail, against, nightly, cases.")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("-0.1", "-0.1 is out of range: a margin is a share from 0 to below 1"),
        ("1", "1 is out of range"),
        ('"100%"', "'100%' is out of range"),
        ("2", "2 is out of range: a margin is a share from 0 to below 1, as 0.02 or '2%'."),
        ("nan", "nan is out of range"),
        ('"nan"', "'nan' is out of range"),
        ("inf", "inf is out of range"),
        ("1" + 400 * "0", "... is out of range"),
        ('""', "'' is no share"),
        ('"2 percent"', "'2 percent' is no share: write for example 0.02 or '2%'."),
        ("true", "true is no share"),
        ("[0.1]", "[0.1] is no share"),
        ("2026-11-22", "is no share"),
    ],
)
@pytest.mark.parametrize("table", ["tool.harness", "tool.harness.cases.wide"])
def test_a_margin_that_is_none_is_told_with_its_line_and_what_a_margin_is(tmp_path, table, value, told):
    message = refused(tmp_path, f"# a comment\n[{table}]\nmargin = {value}\n")
    assert message.startswith(f"pyproject.toml:3: {table}.margin: ")
    assert told in message


@pytest.mark.parametrize(("stated", "margin"), [("0", 0.0), ('"2%"', 0.02), ('" 2.5 % "', 0.025), ('"0.1"', 0.1)])
def test_a_margin_is_a_share_or_a_percentage(tmp_path, stated, margin):
    assert read(tmp_path, f"[tool.harness]\nmargin = {stated}\n").margin == pytest.approx(margin)


@pytest.mark.parametrize("value", ["-1e-9", "nan", "inf", '"1e-6"', "true", "{}"])
@pytest.mark.parametrize("key", ["rtol", "atol"])
def test_a_tolerance_that_is_none_is_told(tmp_path, key, value):
    message = refused(tmp_path, f"[tool.harness.cases.wide]\n{key} = {value}\n")
    assert message.startswith(f"pyproject.toml:2: tool.harness.cases.wide.{key}: ")
    assert "a tolerance is a finite number from 0 on" in message or "is no number" in message


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ('"slower"', "'slower' is no list: write for example fail = ['slower', 'differs']."),
        ('["slow"]', "'slow' is no verdict that a run can fail for. Did you mean 'slower'? There are: slower, "),
        ("[1]", "1 is no verdict that a run can fail for. There are: slower, "),
        ('["faster"]', "'faster' is no verdict that a run can fail for."),
        ('["Slower"]', "'Slower' is no verdict that a run can fail for. Did you mean 'slower'?"),
        ('[["slower"]]', "['slower'] is no verdict"),
    ],
)
@pytest.mark.parametrize("table", ["tool.harness", "tool.harness.against"])
def test_what_no_run_can_fail_for_is_told(tmp_path, table, value, told):
    message = refused(tmp_path, f"[{table}]\nfail = {value}\n")
    assert message.startswith(f"pyproject.toml:2: {table}.fail: ")
    assert told in message


def test_a_verdict_in_a_long_list_is_told_with_its_own_line(tmp_path):
    message = refused(tmp_path, '[tool.harness]\nfail = [\n    "slower",\n    "diffs",\n]\n')
    assert message.startswith("pyproject.toml:4: tool.harness.fail: 'diffs' is no verdict")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool]\nharness = 3\n", "pyproject.toml:2: tool.harness: 3 is no table."),
        ("[tool.harness]\nagainst = ['slower']\n", "pyproject.toml:2: tool.harness.against: ['slower'] is no table."),
        ("[tool.harness]\ncases = 'wide'\n", "pyproject.toml:2: tool.harness.cases: 'wide' is no table."),
        ("[tool.harness.cases]\nwide = '2%'\n", "pyproject.toml:2: tool.harness.cases.wide: '2%' is no table."),
        ("[tool.harness.cases.wide]\n", "tool.harness.cases.wide: says nothing: give margin, rtol, atol."),
        ('[tool.harness.cases." "]\nmargin = 0\n', "tool.harness.cases.' ': names no case"),
        ("[tool.harness\n", "pyproject.toml: this is no TOML: "),
        ("margin: 2%\n", "pyproject.toml: this is no TOML: "),
        ("[tool.harness]\nmargin = 1\nmargin = 2\n", "pyproject.toml: this is no TOML: Cannot overwrite a value"),
        ("x = " + 5000 * "[", "pyproject.toml: this is no TOML that can be understood"),
        (b"[tool.harness]\nmargin = '\xff'\n", "pyproject.toml: not UTF-8: invalid start byte at byte 25"),
        (b"\xff\xfe[\0", "pyproject.toml: not UTF-8: invalid start byte at byte 0"),
    ],
)
def test_a_file_or_a_table_that_is_wrong_is_told_in_a_sentence(tmp_path, text, told):
    assert told in refused(tmp_path, text)


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "[project]\nname = 'x'\n", "tool = 3\n", "[tool.harness.locks.dev]\n"]
)
def test_a_file_that_says_nothing_of_a_policy_states_none(tmp_path, text):
    assert read(tmp_path, text) is None


def test_an_empty_table_states_the_default(tmp_path):
    assert read(tmp_path, "[tool.harness]\n") == Policy()


def test_locks_stand_beside_a_policy(tmp_path):
    assert read(tmp_path, "[tool.harness]\nmargin = 0.1\n[tool.harness.locks.dev]\nproject = true\n").margin == 0.1


def test_a_run_against_another_environment_fails_for_the_same_unless_told_otherwise(tmp_path):
    both = read(tmp_path, "[tool.harness]\nfail = ['slower', 'drift']\n")
    assert both.fail == both.fail_against == [Failing.SLOWER, Failing.DRIFT]
    apart = read(tmp_path, "[tool.harness.against]\nfail = ['slower']\n")
    assert (apart.fail, apart.fail_against) == ([Failing.DRIFT, Failing.NOT_MEASURED], [Failing.SLOWER])


def test_a_night_fails_for_more_than_a_run_unless_told_otherwise(tmp_path):
    assert Failing.STEP in Policy().fail_nightly
    assert Failing.INCONCLUSIVE not in Policy().fail_nightly
    assert read(tmp_path, "[tool.harness]\nmargin = 0.1\n").fail_nightly == Policy().fail_nightly
    against = read(tmp_path, "[tool.harness.against]\nfail = ['slower', 'drift']\n")
    assert against.fail_nightly == [Failing.SLOWER, Failing.STEP, Failing.DRIFT]
    stated = read(tmp_path, "[tool.harness.nightly]\nfail = ['not solved', 'step']\n")
    assert stated.fail_nightly == [Failing.STEP, Failing.NOT_SOLVED]


def test_what_only_a_night_can_fail_for_is_no_verdict_of_a_run(tmp_path):
    assert "'step' is no verdict that a run can fail for." in refused(tmp_path, "[tool.harness]\nfail = ['step']\n")
