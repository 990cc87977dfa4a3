import json
import math

import msgspec
import pytest
from builders import make_record
from hypothesis import HealthCheck, given, settings
from strategies import any_of

from harness.failure import HarnessError
from harness.record.document import from_bytes, to_bytes
from harness.record.schema import Record


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=60)
@given(any_of(Record))
def test_whatever_is_written_is_read_back_equal(record):
    assert from_bytes(to_bytes(record), "x") == record


@pytest.mark.parametrize("value", [5e-324, 1.7976931348623157e308, 0.1, -0.0, 1 / 3])
def test_floats_at_the_ends_of_their_range_come_back_to_the_last_bit(value):
    back = from_bytes(to_bytes(make_record(measured_s=value)), "x").measured_s
    assert math.copysign(1, back) == math.copysign(1, value)
    assert back.hex() == value.hex()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_float_that_json_has_no_word_for_is_refused_with_its_place(value):
    record = make_record(data={"corpus": {"sizes": [1.0, value]}})
    with pytest.raises(
        HarnessError, match=r"\$\.data\.corpus\.sizes\[1\] is -?(nan|inf), and JSON has no word for that"
    ):
        to_bytes(record)


def test_a_key_that_is_no_text_is_refused_with_its_place():
    with pytest.raises(HarnessError, match=r"\$\.data has the key 1"):
        to_bytes(make_record(data={1: 2}))


def test_a_value_of_no_json_type_is_refused():
    with pytest.raises(HarnessError, match="cannot be written"):
        to_bytes(make_record(data={"x": object()}))


def changed(**fields):
    return json.dumps(json.loads(to_bytes(make_record())) | fields).encode()


def without(name):
    document = json.loads(to_bytes(make_record()))
    del document[name]
    return json.dumps(document).encode()


def deep(value):
    document = json.loads(to_bytes(make_record()))
    document["cases"][0]["samples"][3]["wall_s"] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"hello", "this is no JSON"),
        (b"[1, 2]", "a record is a JSON object, this is an array"),
        (b'"text"', "a record is a JSON object, this is a string|this is no JSON"),
        (b"{} trailing", "damaged: Extra data at byte 3"),
        (b'{"id": nope}', "damaged: Expecting value at byte 7"),
        (b'{"id": "\xff"}', "not UTF-8: invalid start byte at byte 8"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (changed(schema_version=2), "written by a newer harness: schema 2; this one reads up to 1; upgrade"),
        (changed(schema_version=2, novelty=1), "written by a newer harness: schema 2"),
        (changed(schema_version=0), "schema 0 never was"),
        (changed(schema_version="1"), r"Expected `int`, got `str` - at `\$\.schema_version`"),
        (changed(novelty=1), "unknown field `novelty`"),
        (without("plan"), "missing required field `plan`"),
        (deep("soon"), r"Expected `float`, got `str` - at `\$\.cases\[(0|\.{3})\]\.samples\[(3|\.{3})\]\.wall_s`"),
        (deep(None), r"Expected `float`, got `null`"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_in_words(raw, message):
    with pytest.raises(HarnessError, match=message) as caught:
        from_bytes(raw, "some/file.json")
    assert str(caught.value).startswith("some/file.json: ")


def test_a_record_cut_anywhere_is_truncated_and_says_where():
    raw = to_bytes(make_record(data={"name": "Köln"})).rstrip()
    for cut in [*range(1, 400, 7), *range(400, len(raw) - 1, 997), raw.index("ö".encode()) + 1, len(raw) - 1]:
        with pytest.raises(HarnessError, match=f"truncated: .* ends at byte {cut}[, ]"):
            from_bytes(raw[:cut], "x")


def test_a_nesting_that_no_reader_survives_is_an_error_in_words():
    with pytest.raises(HarnessError):
        from_bytes(b"[" * 100_000, "x")


def test_a_record_is_one_line_of_json():
    raw = to_bytes(make_record())
    assert raw.endswith(b"}\n")
    assert raw.count(b"\n") == 1
    assert msgspec.json.decode(raw)["schema_version"] == 1


def test_a_record_from_before_runs_side_by_side_is_still_read():
    document = json.loads(to_bytes(make_record()))
    for name in ("revision", "commit", "image", "software", "software_digest", "code", "code_digest"):
        document["environment"].pop(name, None)
    document.pop("against", None)
    for case in document["cases"]:
        case.pop("of", None)
        case.pop("variant", None)
        for variant in case["variants"]:
            variant.pop("environment", None)
    assert from_bytes(json.dumps(document).encode(), "old.json") == make_record()
