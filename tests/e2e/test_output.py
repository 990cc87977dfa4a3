"""What is printed: the same by a run and by its record, plain in a pipe, and JSON where JSON is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from .desk import TWO_SUMS

SCHEMA = Path(__file__).parents[2] / "docs" / "record.schema.json"
QUICK = ("--launches", "1", "--budget", "120s")


@pytest.fixture(scope="module")
def run(module_desk):
    """A run at a desk, printed for people."""
    module_desk.write("test_sums.py", TWO_SUMS)
    return module_desk.run("test_sums.py", *QUICK, "--quiet")


@pytest.fixture(scope="module")
def run_as_json(tmp_path_factory, module_desk):
    """Another run at the same desk, into another store."""
    module_desk.write("test_sums.py", TWO_SUMS)
    store = str(tmp_path_factory.mktemp("store"))
    return module_desk.run("test_sums.py", *QUICK, "--json", "--debug", "--price", "2 EUR", "--store", store)


def shown(desk, *arguments):
    (record,) = desk.record_files()
    return desk.harness("show", record.stem, "--store", str(desk.store), *arguments)


def test_a_run_prints_what_show_prints_of_its_record(run, module_desk):
    assert run.code == 0
    assert shown(module_desk).out == run.out


def test_a_record_is_found_by_the_end_of_its_id(run, module_desk):
    short = module_desk.record_files()[0].stem[-4:]
    assert module_desk.harness("show", short, "--store", str(module_desk.store)).out == run.out


def test_a_record_is_shown_from_its_file_but_for_the_store_that_it_may_not_be_in(run, module_desk):
    of_a_file = module_desk.harness("show", str(module_desk.record_files()[0])).out
    assert run.out.startswith(of_a_file)
    assert run.out.removeprefix(of_a_file).startswith("Record ")


def test_a_quiet_run_says_nothing_beside_its_table(run):
    assert not run.err
    assert "sums" in run.out


def test_a_pipe_gets_plain_text_of_at_most_100_columns(run):
    assert "\x1b" not in run.out
    assert max(len(line) for line in run.out.splitlines()) <= 100


def test_json_is_one_document_that_fits_the_published_schema(run_as_json):
    assert run_as_json.code == 0
    document = json.loads(run_as_json.out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()), cls=jsonschema.Draft202012Validator)


def test_show_gives_the_record_as_it_lies_in_the_store(run, module_desk):
    told = json.loads(shown(module_desk, "--json").out)
    assert told == module_desk.record()


def test_debug_shows_every_message_to_and_from_the_probes(run_as_json):
    assert '-> builtin: {"do":"turn"' in run_as_json.err
    assert '<- builtin: {"calls":' in run_as_json.err
    assert '"kind":"collected"' in run_as_json.err


def test_the_list_has_a_line_for_the_run(run, module_desk):
    listed = module_desk.harness("list", "--store", str(module_desk.store))
    assert listed.code == 0
    assert module_desk.record_files()[0].stem[-4:] in listed.out


def test_the_list_of_a_new_project_says_how_to_fill_its_store(desk):
    listed = desk.harness("list")
    assert listed.code == 0
    assert not listed.out
    assert "harness run" in listed.err


def test_the_machine_is_shown_with_its_digest(desk):
    shown = desk.harness("machine", "show")
    assert shown.code == 0
    assert "digest" in shown.out
    assert "not part of the digest" in shown.out


def test_the_live_environment_is_shown_with_its_distributions(desk):
    shown = desk.harness("env", "show", "live", "--json")
    assert shown.code == 0
    assert "pytest-benchmark" in json.loads(shown.out)["software"]["distributions"]


def test_without_arguments_the_verbs_are_told(desk):
    told = desk.harness("--help")
    assert told.code == 0
    assert all(verb in told.out for verb in ("run", "show", "list", "machine", "env"))


def test_a_price_stands_in_the_plan_and_every_variant_has_its_bill(run_as_json):
    record = json.loads(run_as_json.out)
    assert record["plan"]["price"] == {"core_hour": 2.0, "currency": "EUR"}
    assert all(row["bill"]["answer_core_s"] > 0 for case in record["judgements"] for row in case["variants"])
