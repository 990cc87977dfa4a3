"""Whether a variant computed what the baseline computed."""

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.answers import compare, judge_answer
from harness.record.schema import Agreement, Answer, Tolerance

from .making import no_array

LOOSE = Tolerance(rtol=1e-3, atol=1e-6)
EXACT = Tolerance(rtol=0.0, atol=0.0)

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def an_array(array, file=None, kept=1_000):
    """An array as the probe states it."""
    flat = np.asarray(array).ravel()
    places = np.sort(np.random.default_rng(0).permutation(flat.size)[:kept])
    numeric = flat.size and np.issubdtype(flat.dtype, np.number)
    summary = {"min": flat.min().item(), "max": flat.max().item(), "mean": flat.mean().item()} if numeric else {}
    stated = {
        "dtype": flat.dtype.str,
        "shape": list(np.asarray(array).shape),
        "digest": "sha256:" + hashlib.sha256(flat.tobytes()).hexdigest(),
        "summary": summary,
        "sample": flat[places].tolist(),
        "sample_indices": places.tolist(),
    }
    return {"__array__": stated | ({"file": file} if file else {})}


def an_answer(value, *launches):
    return Answer(launches=list(launches), digest=repr(value), value=value)


def differences(ours, theirs, tolerance):
    """The literal version: how often two JSON values without arrays differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        keys = set(ours) | set(theirs)
        missing = [key for key in keys if key not in ours or key not in theirs]
        deeper = [differences(ours[key], theirs[key], tolerance) for key in keys if key in ours and key in theirs]
        return len(missing) + sum(deeper)
    if isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return 1
        return sum(differences(one, other, tolerance) for one, other in zip(ours, theirs, strict=True))
    if type(ours) in {int, float} and type(theirs) in {int, float}:
        return int(not (ours == theirs or near(ours, theirs, tolerance)))
    return int(type(ours) is not type(theirs) or ours != theirs)


def near(ours, theirs, tolerance):
    try:
        return abs(ours - theirs) <= tolerance.atol + tolerance.rtol * abs(theirs) and math.isfinite(theirs)
    except OverflowError:
        return False


@given(values)
def test_an_answer_equals_itself(value):
    assert compare(value, value, EXACT, no_array).agreement is Agreement.AGREE


@given(values, values)
def test_two_answers_agree_where_the_literal_version_finds_no_difference(ours, theirs):
    found = compare(ours, theirs, LOOSE, no_array)
    assert (found.agreement is Agreement.AGREE) == (differences(ours, theirs, LOOSE) == 0)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.data())
def test_a_change_beyond_the_tolerance_is_named_at_its_path(scores, data):
    at = data.draw(st.integers(0, len(scores) - 1))
    changed = list(scores)
    changed[at] += 1.0
    ours, theirs = {"scores": {"mean": changed}}, {"scores": {"mean": scores}}
    judgement = compare(ours, theirs, LOOSE, no_array)
    assert judgement.agreement is Agreement.DIFFER
    assert judgement.detail.startswith(f"scores['mean'][{at}]: ")
    assert judgement.detail.endswith(" 1 apart")


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_a_change_within_the_tolerance_agrees(scores):
    nudged = [score * (1 + 0.9e-3) for score in scores]
    assert compare(nudged, scores, LOOSE, no_array).agreement is Agreement.AGREE


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=30, unique=True), st.data())
def test_a_changed_element_of_an_array_is_found_in_the_file_and_in_the_sample(elements, data):
    at = data.draw(st.integers(0, len(elements) - 1))
    theirs = np.array(elements)
    ours = theirs.copy()
    ours[at] += 5.0
    files = {"ours.npy": ours, "theirs.npy": theirs}
    stated = an_array(ours, "ours.npy"), an_array(theirs, "theirs.npy")
    for load in (files.get, no_array):
        judgement = compare({"centers": stated[0]}, {"centers": stated[1]}, LOOSE, load)
        assert judgement.agreement is Agreement.DIFFER
        assert judgement.detail.startswith(f"centers[{at}]: ")
        assert "5 apart" in judgement.detail


def test_the_largest_excess_is_named_and_the_others_are_counted():
    theirs = {"mean_test_score": {"clf__alpha=0.001, norm=l1": 0.9124, "clf__alpha=0.0001, norm=l1": 0.9}}
    ours = {"mean_test_score": {"clf__alpha=0.001, norm=l1": 0.9123, "clf__alpha=0.0001, norm=l1": 0.90001}}
    judgement = compare(ours, theirs, Tolerance(rtol=1e-9, atol=0.0), no_array)
    assert judgement.detail == (
        "mean_test_score['clf__alpha=0.001, norm=l1']: 0.9123 against 0.9124, 0.0001 apart (1 more)"
    )


def test_numbers_are_shown_with_enough_digits_to_tell_them_apart():
    judgement = compare({"score": 0.91234567}, {"score": 0.91234566}, EXACT, no_array)
    assert judgement.detail == "score: 0.91234567 against 0.91234566, 1e-08 apart"


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, "b: missing, the other answer has it"),
        ({"a": 1, "b": 2}, {"a": 1}, "b: the other answer has no such key"),
        ([1, 2], [1, 2, 3], "answer: 2 elements against 3"),
        ({"a": [1]}, {"a": 1}, "a: a list against 1"),
        ({"a": {}}, {"a": []}, "a: an object against a list"),
        ("l1", "l2", "answer: 'l1' against 'l2'"),
        (True, 1, "answer: True against 1"),
        (None, 0, "answer: None against 0"),
        ("1", 1, "answer: '1' against 1"),
        ({"a": an_array(np.zeros(3))}, {"a": [0, 0, 0]}, "a: an array against a list"),
        ({"a": an_array(np.zeros((3, 4)))}, {"a": an_array(np.zeros((3, 5)))}, "a: shape (3, 4) against (3, 5)"),
        ({"a": an_array(np.array(["x"]))}, {"a": an_array(np.zeros(1))}, "a: <U1 against <f8"),
        ({"a": {"__float__": "nan"}}, {"a": 1.0}, "a: nan against 1"),
        ({"a": {"__float__": "inf"}}, {"a": 1.0}, "a: inf against 1"),
        ({"a": 10**400}, {"a": 1.0}, "a: 1000"),
        ({"a key": 1}, {"a key": 2}, "answer['a key']: 1 against 2, 1 apart"),
    ],
)
def test_what_cannot_agree_is_said_in_words(ours, theirs, words):
    judgement = compare(ours, theirs, LOOSE, no_array)
    assert judgement.agreement is Agreement.DIFFER
    assert judgement.detail.startswith(words)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (1, 1.0),
        ({"__float__": "nan"}, {"__float__": "nan"}),
        (math.nan, math.nan),
        ({"__float__": "-inf"}, {"__float__": "-inf"}),
        (2**70, 2**70),
        (an_array(np.array([1, 2])), an_array(np.array([1.0, 2.0]))),
        (an_array(np.array([], dtype=float)), an_array(np.array([], dtype=float))),
    ],
)
def test_what_is_equal_in_value_agrees_exactly(ours, theirs):
    assert compare(ours, theirs, EXACT, no_array).agreement is Agreement.AGREE


def test_equal_digests_agree_without_a_look_at_the_file():
    def never(file):
        raise AssertionError("no need to load it")

    array = an_array(np.full(5, math.nan), "a.npy")
    assert compare(array, array, EXACT, never).agreement is Agreement.AGREE


def test_nan_and_infinity_in_arrays_agree_with_themselves_and_with_nothing_else():
    ours, theirs = np.array([1.0, math.nan, math.inf, -0.0]), np.array([1.0, math.nan, math.inf, 0.0])
    files = {"ours": ours, "theirs": theirs, "other": np.array([1.0, 2.0, math.inf, 0.0])}
    assert compare(an_array(ours, "ours"), an_array(theirs, "theirs"), EXACT, files.get).agreement is Agreement.AGREE
    judgement = compare(an_array(ours, "ours"), an_array(files["other"], "other"), LOOSE, files.get)
    assert judgement.detail.startswith("[1]: nan against 2")


def test_whole_numbers_differ_by_one_beyond_what_a_float_holds():
    ours, theirs = np.array([2**60 + 1]), np.array([2**60])
    files = {"ours": ours, "theirs": theirs}
    judgement = compare(an_array(ours, "ours"), an_array(theirs, "theirs"), EXACT, files.get)
    assert judgement.agreement is Agreement.DIFFER


def test_labels_of_unlike_width_agree_by_value():
    ours, theirs = np.arange(5, dtype=np.int32), np.arange(5, dtype=np.uint64)
    files = {"ours": ours, "theirs": theirs}
    assert compare(an_array(ours, "ours"), an_array(theirs, "theirs"), EXACT, files.get).agreement is Agreement.AGREE


@pytest.mark.parametrize("kind", [bool, str])
def test_words_and_truth_values_are_compared_exactly(kind):
    ours, theirs = np.array([0, 1, 1]).astype(kind), np.array([0, 1, 0]).astype(kind)
    files = {"ours": ours, "theirs": theirs}
    judgement = compare(an_array(ours, "ours"), an_array(theirs, "theirs"), LOOSE, files.get)
    assert judgement.detail.startswith("[2]: ")


@pytest.mark.parametrize("dtype", [complex, np.float32, np.float16])
def test_all_kinds_of_numbers_are_compared_within_the_tolerance(dtype):
    theirs = np.array([[1.0, 2.0]], dtype=dtype)
    ours = theirs.copy()
    ours[0, 1] += 1
    files = {"ours": ours, "theirs": theirs, "again": theirs + np.array(1e-9, dtype=dtype)}
    stated = {name: {"__array__": {"dtype": "<f4", "shape": [1, 2], "digest": name, "file": name}} for name in files}
    assert compare(stated["again"], stated["theirs"], LOOSE, files.get).agreement is Agreement.AGREE
    assert compare(stated["ours"], stated["theirs"], LOOSE, files.get).detail.startswith("[0, 1]: ")


@pytest.mark.parametrize(("rtol", "agreement"), [(1e-3, Agreement.DIFFER), (1e-2, Agreement.AGREE)])
def test_half_precision_is_compared_in_double(rtol, agreement):
    theirs = np.array([60_000, -60_000, 1], dtype=np.float16)
    ours = np.array([60_000, -60_000, 1.005], dtype=np.float16)
    files = {"ours": ours, "theirs": theirs}
    tolerance = Tolerance(rtol=rtol, atol=0.0)
    assert compare(an_array(ours, "ours"), an_array(theirs, "theirs"), tolerance, files.get).agreement is agreement


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8, np.int64, np.uint8, np.uint64])
def test_opposite_ends_of_a_type_are_far_apart(dtype):
    limits = np.finfo(dtype) if np.issubdtype(dtype, np.floating) else np.iinfo(dtype)
    ours, theirs = np.array([limits.max], dtype=dtype), np.array([limits.min], dtype=dtype)
    files = {"ours": ours, "theirs": theirs}
    judgement = compare(an_array(ours, "ours"), an_array(theirs, "theirs"), LOOSE, files.get)
    assert judgement.agreement is Agreement.DIFFER


def test_without_the_arrays_a_difference_outside_of_the_sample_shows_in_the_summary():
    theirs = np.linspace(0, 1, 5_000)
    ours = theirs.copy()
    outside = next(place for place in range(5_000) if place not in an_array(theirs)["__array__"]["sample_indices"])
    ours[outside] += 1e6
    judgement = compare({"labels": an_array(ours)}, {"labels": an_array(theirs)}, LOOSE, no_array)
    assert judgement.agreement is Agreement.DIFFER
    assert judgement.detail.startswith(("max(labels)", "mean(labels)"))


def test_a_file_of_another_shape_than_stated_is_not_believed():
    ours, theirs = np.zeros(3), np.ones(3)
    files = {"ours": np.ones(2), "theirs": theirs}
    judgement = compare(an_array(ours, "ours"), an_array(theirs, "theirs"), LOOSE, files.get)
    assert judgement.detail.startswith("[0]: 0 against 1")


def test_arrays_of_which_nothing_was_kept_cannot_be_shown_to_agree():
    stated = [{"__array__": {"dtype": "<f8", "shape": [3], "digest": digest}} for digest in "ab"]
    judgement = compare(*stated, LOOSE, no_array)
    assert judgement.agreement is Agreement.DIFFER
    assert "no element" in judgement.detail


def test_a_variant_that_disagrees_with_itself_is_unstable():
    own = [an_answer({"score": 1.0}, 0, 1), an_answer({"score": 2.0}, 2)]
    judgement = judge_answer(own, [an_answer({"score": 1.0}, 0, 1, 2)], LOOSE, no_array)
    assert judgement.agreement is Agreement.UNSTABLE
    assert judgement.detail.startswith("launch 2 against launch 0: score")


def test_answers_that_differ_by_less_than_the_tolerance_are_stable():
    own = [an_answer({"score": 1.0}, 0), an_answer({"score": 1.0 + 1e-9}, 1)]
    assert judge_answer(own, own, LOOSE, no_array).agreement is Agreement.AGREE


def test_with_an_unstable_baseline_nothing_is_said_to_agree():
    baseline = [an_answer(1.0, 0), an_answer(2.0, 1)]
    judgement = judge_answer([an_answer(1.0, 0, 1)], baseline, LOOSE, no_array)
    assert judgement.agreement is Agreement.UNSTABLE
    assert judgement.detail.startswith("the baseline's")


def test_no_answer_is_no_agreement():
    stated = [an_answer(1.0, 0)]
    assert judge_answer([], [], LOOSE, no_array).agreement is Agreement.NONE
    assert judge_answer([], stated, LOOSE, no_array).detail == "the baseline states one"
    assert judge_answer(stated, [], LOOSE, no_array).detail == "the baseline states none"
