from hypothesis import given, settings
from hypothesis import strategies as st

from harness.report import columns as columns_module
from harness.report.columns import Column, Columns
from harness.report.plain import to_text

# As tables get them: lines without spaces at their ends.
CELLS = st.lists(st.text(st.sampled_from("ab-_ /.:基é"), max_size=16), max_size=3).map(
    lambda lines: "\n".join(" ".join(line.split()) for line in lines)
)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5), st.integers(20, 90))
def test_many_rows_look_as_few_do(rows, width):
    names, lefts, rights = map(list, zip(*rows, strict=True))
    table = Columns(Column("name", names), [Column("to the left", lefts, left=True), Column("right", rights)])
    few = to_text(table, width, plain=True)
    before, columns_module.LONG = columns_module.LONG, 0
    try:
        assert to_text(table, width, plain=True) == few
    finally:
        columns_module.LONG = before


def test_cells_with_styles_keep_them():
    column = Column("v", ["x"] * 500, styles=["red"] * 500)
    assert "\x1b[31m" in to_text(Columns(Column("n", ["y"] * 500), [column]), 40, plain=False)
