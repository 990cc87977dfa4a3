"""A price as users write it, and all that is none."""

from __future__ import annotations

import click
import pytest
from builders import make_record
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.main import cli
from harness.cli.quantities import CorePrice
from harness.record import Store
from harness.record.schema import Price


def priced(text):
    return CorePrice().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "core_hour", "currency"),
    [
        ("0.05", 0.05, ""),
        (" .05 ", 0.05, ""),
        ("2e-3", 0.002, ""),
        ("0.05 EUR", 0.05, "EUR"),
        ("0.05EUR", 0.05, "EUR"),
        ("EUR 0.05", 0.05, "EUR"),
        ("$0.05", 0.05, "$"),
        ("3 €", 3.0, "€"),
        ("12 元", 12.0, "元"),
    ],
)
def test_a_price_is_a_number_and_perhaps_a_currency(text, core_hour, currency):
    assert priced(text) == Price(core_hour=core_hour, currency=currency)


@pytest.mark.parametrize(
    "text",
    ["", "EUR", "0", "-1", "nan", "inf", "1e999", "0,05", "0.05.1", "$5 EUR", "5 EUR/h", "5 [red]", "5 E U R", "1 2"],
)
def test_what_is_no_price_is_said_to_be_none(text):
    with pytest.raises(click.BadParameter, match="is no price above zero; write what a core costs for an hour"):
        priced(text)


@given(st.text(max_size=20))
def test_any_text_is_a_price_or_refused(text):
    try:
        price = priced(text)
    except click.BadParameter:
        return
    assert 0 < price.core_hour < float("inf")
    assert len(price.currency) <= 10
    assert price.currency.isprintable()


@pytest.fixture
def store(tmp_path):
    Store(tmp_path).write(make_record())
    return tmp_path


def shown(store, *arguments):
    return CliRunner().invoke(cli, ["show", "7f3a", "--store", str(store), *arguments])


def test_an_old_record_is_shown_with_a_price(store):
    ended = shown(store, "--price", "0.05 EUR")
    assert ended.exit_code == 0, ended.output
    assert "at 0.0500 EUR an hour and core" in " ".join(ended.stdout.split())


def test_without_a_price_a_record_is_shown_as_ever(store):
    assert "an hour and core" not in shown(store).stdout


@pytest.mark.parametrize("command", [["show", "7f3a"], ["run", "x.py"]])
def test_a_bad_price_is_misuse(command):
    ended = CliRunner().invoke(cli, [*command, "--price", "cheap"])
    assert ended.exit_code == 2
    assert "'cheap' is no price above zero" in ended.stderr
    assert "Traceback" not in ended.output
