import pytest

from harness.report import quantity


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.17, "0.170"), (5.4, "5.40"), (23.84, "23.8"), (999.6, "1,000"), (1234, "1,230"),
        (0.00012345, "0.000123"), (1.2345e-5, "1.23e-05"), (12345678, "1.23e+07"), (float("inf"), "inf"),
        (-2.5, "-2.50"),
    ],
)  # fmt: skip
def test_three_significant_digits(value, text):
    assert quantity.significant(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"), (0.0, "0 s"), (3e-9, "3.00 ns"), (315e-6, "315 µs"), (999.9e-6, "1.00 ms"), (0.0102, "10.2 ms"),
        (0.9999, "1.00 s"), (23.8, "23.8 s"), (119.0, "119 s"), (119.9, "2.00 min"), (966.0, "16.1 min"),
        (9000.0, "2.50 h"),
    ],
)  # fmt: skip
def test_times_have_the_unit_that_keeps_them_short(value, text):
    assert quantity.seconds(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (251_000_000, "251 MB"), (999_900_000, "1.00 GB"),
     (1_600_000_000, "1.60 GB"), (2e12, "2.00 TB")],
)  # fmt: skip
def test_sizes_are_decimal(value, text):
    assert quantity.size(value) == text


def test_counts_are_exact_and_numbers_have_four_digits():
    assert quantity.number(61) == "61"
    assert quantity.number(1234567) == "1,234,567"
    assert quantity.number(10**400) == "1.000e+400"
    assert quantity.number(4652.13) == "4,652"


def test_shares_have_two_digits():
    assert (quantity.share(0.784), quantity.share(0.0321), quantity.share(None)) == ("78 %", "3.2 %", "-")
