from harness.nearest import what_there_is


def test_of_many_names_the_nearest_few_are_named():
    assert what_there_is("zz", ["b", "a", "b"]) == " There is b, a."
    names = [f"case {number}" for number in range(40)]
    assert what_there_is("case 39", names).startswith(" There are 40; the nearest: case 39, ")
    assert what_there_is("?", names) == " There are 40; the nearest: case 0, case 1, case 2."
