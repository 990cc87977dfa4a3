import json
from pathlib import Path

import jsonschema
import pytest
from builders import grid_search, make_record

from harness.record import schema
from harness.record.document import to_bytes

PUBLISHED = Path(__file__).parents[2] / "docs" / "record.schema.json"


def test_the_published_schema_is_the_one_of_the_code():
    """Made anew by the command in docs/record.md."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema()


def test_the_schema_is_one_and_names_no_address_of_its_own():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert "$id" not in json.dumps(schema())


def test_a_record_is_valid_under_it():
    jsonschema.validate(json.loads(to_bytes(make_record())), schema())


@pytest.mark.parametrize("change", [{"schema_version": "1"}, {"novelty": 1}, {"cases": [{}]}])
def test_what_is_no_record_is_not_valid_under_it(change):
    document = json.loads(to_bytes(make_record(grid_search()))) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema())


def test_every_field_is_described_by_its_struct():
    parts = schema()["$defs"]
    assert all(parts[name].get("description") for name in ("Case", "Sample", "Ratio", "VariantJudgement", "Record"))
