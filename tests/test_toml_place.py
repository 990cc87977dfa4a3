"""Lines of values in a TOML file."""

import pytest

from harness.toml_place import line_of, line_of_key

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


KEYS = """# a comment
a = 1
[b.c]
d.e = 2
"odd.name" = 3
[b."f g"]  # a comment
h = {i = 4, j = {k = 5}}
[[l]]
m = [
    1,
]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["a"], 2),
        (["b"], 3),
        (["b", "c"], 3),
        (["b", "c", "d"], 4),
        (["b", "c", "d", "e"], 4),
        (["b", "c", "odd.name"], 5),
        (["b", "f g"], 6),
        (["b", "f g", "h"], 7),
        (["b", "f g", "h", "j", "k"], 7),
        (["l", "m"], 9),
        (["m"], None),
        (["b", "c", "h"], None),
    ],
)
def test_the_line_of_a_key_is_found_in_its_table(path, line):
    assert line_of_key(KEYS, path) == line
