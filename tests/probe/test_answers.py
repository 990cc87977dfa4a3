"""What may be an answer, and what is kept of it."""

import json
import math

import pytest

from harness_probe.answer import MOST_NUMBERS, SAMPLE_SIZE, Encoder, NoAnswer


def encode(value, folder=None):
    encoded = Encoder(folder).encode(value)
    json.dumps(encoded, allow_nan=False)
    return encoded


@pytest.mark.parametrize("value", [None, True, "text", 0, -3, 2**63 - 1, 0.1, [], {}, {"a": [1, {"b": None}]}])
def test_json_stays_as_it_is(value):
    assert encode(value) == value


def test_tuples_are_lists_and_keys_are_strings():
    assert encode({1: (2, 3), None: "x", False: "y", 0.5: "z"}) == {"1": [2, 3], "None": "x", "False": "y", "0.5": "z"}


def test_keys_that_become_equal_are_refused():
    with pytest.raises(NoAnswer, match=r"answer\['a'\]: two keys are the same"):
        encode({"a": {1: "x", "1": "y"}})


@pytest.mark.parametrize(("value", "word"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")])
def test_numbers_without_a_word_in_json_get_one(value, word):
    assert encode([value]) == [{"__float__": word}]


def test_integers_beyond_64_bits_keep_all_digits():
    assert encode(2**64) == "0x10000000000000000"
    assert encode(-(10**400)) == hex(-(10**400))


def test_ten_thousand_numbers_are_an_answer_and_one_more_is_none():
    assert len(encode([0.5] * MOST_NUMBERS)) == 10000
    with pytest.raises(NoAnswer, match="more than 10,000 numbers; give them as a NumPy array"):
        encode([[0.5] * MOST_NUMBERS, 1])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, {2, 3}]}, r"answer\['a'\]\[1\]: a set can't be compared"),
        (object(), "answer: a object can't be compared"),
        ([b"bytes"], r"answer\[0\]: a bytes can't be compared"),
        (1j, "answer: a complex can't be compared"),
        ({(1, 2): 3}, r"answer: \(1, 2\) is no key of an answer"),
    ],
)
def test_what_cannot_be_compared_is_named_with_its_place(value, message):
    with pytest.raises(NoAnswer, match=message):
        encode(value)


class TestArrays:
    np = pytest.importorskip("numpy")

    def test_scalars_are_plain_numbers(self):
        np = self.np
        given = [np.float64(0.5), np.int64(3), np.bool_(True), np.array(7), np.float32("nan"), np.str_("x")]
        assert encode(given) == [0.5, 3, True, 7, {"__float__": "nan"}, "x"]

    def test_an_array_is_known_by_shape_type_digest_summary_and_sample(self):
        described = encode({"labels": self.np.arange(6, dtype="<i4").reshape(2, 3)})["labels"]["__array__"]
        assert described["shape"] == [2, 3]
        assert described["dtype"] == "<i4"
        assert described["summary"] == {"min": 0, "max": 5, "mean": 2.5}
        assert described["sample"] == [0, 1, 2, 3, 4, 5]
        assert described["digest"].startswith("sha256:")
        assert "file" not in described

    def test_the_digest_is_of_type_shape_and_content_and_not_of_the_layout_in_memory(self):
        np = self.np
        base = np.arange(6.0).reshape(2, 3)
        assert (
            digest_of(base)
            == digest_of(np.asfortranarray(base))
            == digest_of(np.arange(12.0).reshape(2, 6)[:, :3] * 0 + base)
        )
        others = [base.reshape(3, 2), base.astype("f4"), base + 1]
        assert len({digest_of(array) for array in [base, *others]}) == 4

    def test_a_sample_of_a_large_array_is_the_same_places_each_time(self):
        np = self.np
        first, second = (encode(np.arange(5000) + shift)["__array__"] for shift in (0, 7))
        assert len(first["sample"]) == SAMPLE_SIZE
        assert first["sample_indices"] == second["sample_indices"] == sorted(set(first["sample_indices"]))
        assert first["sample"] == first["sample_indices"], "of numbers that are their own place"
        assert first["sample_indices"][:5] == [0, 2, 4, 7, 11]

    def test_nan_text_and_dates_have_a_sample_too(self):
        np = self.np
        assert encode(np.array([1.0, np.nan]))["__array__"]["sample"] == [1.0, {"__float__": "nan"}]
        assert encode(np.array(["a", "bc"]))["__array__"]["sample"] == ["a", "bc"]
        assert encode(np.array(["2026-11-22"], dtype="M8[D]"))["__array__"]["sample"] == ["2026-11-22"]
        assert encode(np.array([1 + 2j]))["__array__"]["sample"] == ["(1+2j)"]

    def test_an_empty_array_has_no_summary(self):
        described = encode(self.np.zeros((0, 3)))["__array__"]
        assert (described["shape"], described["summary"], described["sample"]) == ([0, 3], {}, [])

    def test_an_array_of_objects_is_refused(self):
        with pytest.raises(NoAnswer, match=r"answer\['x'\]: an array of Python objects"):
            encode({"x": self.np.array([{}, []], dtype=object)})

    def test_arrays_are_written_once_for_each_content(self, tmp_path):
        np = self.np
        first = encode({"a": np.arange(3.0), "b": np.ones(2)}, str(tmp_path))
        files = {name: part["__array__"]["file"] for name, part in first.items()}
        written = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
        assert set(written) == set(files.values())
        assert np.load(str(tmp_path / files["a"])).tolist() == [0.0, 1.0, 2.0]
        encode([np.arange(3.0), np.arange(3.0)], str(tmp_path))
        assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written


def digest_of(array):
    return encode(array)["__array__"]["digest"]


def test_what_cannot_be_compared_is_told_as_a_problem_and_the_rest_is_kept(suite):
    probe = suite.hold("""
        def test_it(benchmark):
            benchmark(int)
            benchmark.extra_info.update(
                answer={"a": {1}}, counters={"fits": 1.5}, parts_s={"start": float("nan")}
            )
            benchmark.extra_info.update(axis=3, odd={1, 2}, many=[0] * 10001)
    """)
    message = probe.stated()
    assert message["problems"] == [
        "answer['a']: a set can't be compared; give numbers, strings, lists, dicts or NumPy arrays",
        "extra_info['counters']: a counter is a whole number of at most 64 bits, this one is 1.5",
        "extra_info['parts_s']: nan is no number of seconds",
    ]
    assert "answer" not in message
    assert (message["counters"], message["parts_s"], message["axis"]) == ({}, {}, "3")
    assert message["notes"]["odd"] == "{1, 2}"
    assert len(message["notes"]["many"]) == 1000


@pytest.mark.parametrize("counters", ["{'a': float('inf')}", "{'a': 2**80}", "{'a': 'many'}", "5", "None"])
def test_counters_that_are_no_whole_numbers_are_a_problem(counters):
    from harness_probe.plugin import _figures

    problems = []
    assert _figures(eval(counters), int, "counters", problems) == {}
    assert len(problems) == 1
