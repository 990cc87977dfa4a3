"""Lines of values in a TOML file."""

import pytest

from harness.toml_place import line_of

TEXT = """[tool.x]
dependencies = ["a>=1"]
[project]
name = "a>=1"
dependencies = [
    "b",
    'a>=1',  # a comment
]
[dependency-groups]
test = ["a>=1", "c"]
"odd.name" = ["d"]
"""


@pytest.mark.parametrize(
    ("table", "key", "value", "line"),
    [
        ("project", "dependencies", "a>=1", 7),
        ("project", "dependencies", "b", 6),
        ("dependency-groups", "test", "a>=1", 10),
        ("dependency-groups", "odd.name", "d", 11),
        ("dependency-groups", "absent", "d", None),
        ("project", "dependencies", "absent", None),
    ],
)
def test_the_line_of_a_value_is_found_behind_its_table_and_key(table, key, value, line):
    assert line_of(TEXT, table, key, value) == line
