"""The difference of two environments, for people."""

from harness.difference import difference
from harness.report.difference import DifferenceTable
from harness.report.plain import to_text


def told(a, b, width=100):
    return to_text(DifferenceTable(difference(a, b), "yesterday", "today"), width, plain=True)


def test_what_changed_stands_beside_each_other_and_what_is_only_in_one_below():
    text = told({"numpy": "2.3.4", "gone": "1.0", "kept": "1"}, {"numpy": "2.3.5", "come": "2.0", "kept": "1"})
    assert text == (
        "package  yesterday  today\nnumpy    2.3.4      2.3.5\n"
        "- only in yesterday: gone 1.0\n- only in today: come 2.0\n"
    )


def test_equal_environments_are_said_to_be_equal():
    assert told({"a": "1"}, {"a": "1"}) == "no difference\n"


def test_no_line_is_wider_than_the_terminal_and_nothing_is_lost():
    names = {f"a-package-with-a-long-name-{number}": "1.0" for number in range(30)}
    text = told({"changed-" * 9: "1.0"}, {"changed-" * 9: "2026.11.22.post1", **names}, width=40)
    assert max(map(len, text.splitlines())) <= 40
    joined = "".join(text.split())
    assert all(name in joined for name in names)


def test_names_are_no_markup_and_no_terminal_codes():
    text = told({}, {"[bold]x": "\x1b[31m1.0"})
    assert text == "- only in today: [bold]x 1.0\n"
