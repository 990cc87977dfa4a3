"""From events to a record that stands alone."""

from __future__ import annotations

import msgspec
import numpy as np

from harness.conduct.conclude import conclude, variances_shown
from harness.conduct.events import LaunchEnded, Resumed, RunEnded, Stated
from harness.conduct.sitting import with_noise_kept
from harness.record import Store
from harness.record.schema import Agreement, Failing, Phase, Policy

from .making import CASE, block_ended, launch_began, make_case, run_began, sampled


def array(file, digest):
    described = {"dtype": "<f8", "shape": [3], "digest": digest, "summary": {}, "sample_indices": [], "sample": []}
    return {"__array__": {**described, "file": file}}


def stated(variant, answer, **notes):
    return Stated(case=CASE, launch=1, variant=variant, answer=answer, notes=notes)


def events(*more):
    measured = [launch_began(1), sampled("a"), sampled("b"), block_ended()]
    return [run_began(make_case("a", "b")), *measured, *more, LaunchEnded(case=CASE, launch=1, phase=Phase.MEASURED)]


def test_whole_arrays_are_judged_and_only_their_description_is_recorded(tmp_path):
    np.save(tmp_path / "one.npy", np.array([1.0, 2.0, 3.0]))
    np.save(tmp_path / "two.npy", np.array([1.0, 2.0, 3.0 + 1e-9]))
    answers = [stated("a", {"x": [array("one.npy", "1")]}), stated("b", {"x": [array("two.npy", "2")]})]
    record = conclude(events(*answers), tmp_path, "later")
    judged = {each.variant: each.answer.agreement for each in record.judgements[0].variants}
    assert judged["b"] is Agreement.AGREE
    assert b'"file":"one.npy"' not in msgspec.json.encode(record)
    assert record.cases[0].variants[0].answers[0].value["x"][0]["__array__"]["digest"] == "1"


def test_what_suites_said_of_their_data_is_gathered(tmp_path):
    said = [stated("a", 1, data={"text": {"digest": "t"}}), stated("b", 1, data={"points": {"digest": "p"}}, other=1)]
    assert conclude(events(*said), tmp_path, "later").data == {"text": {"digest": "t"}, "points": {"digest": "p"}}


def test_measured_time_and_interruptions_are_counted_over_all_sittings(tmp_path):
    sittings = [Resumed(at_s=40.0, began="b"), Resumed(at_s=70.0, began="c"), RunEnded(at_s=90.0, ended="d")]
    record = conclude(events(*sittings), tmp_path, "later")
    assert (record.measured_s, record.interruptions, record.ended) == (90.0, 2, "later")


def test_a_record_can_be_written_and_read(tmp_path):
    record = conclude(events(stated("a", {"n": {"__float__": "nan"}})), tmp_path, "later")
    assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


def test_what_a_run_shows_of_noise_is_told_by_machine_and_case(tmp_path):
    record = conclude(events(), tmp_path, "later")
    shown = variances_shown(record)
    assert (shown.run, shown.machine_digest, shown.software_digest) == (record.id, "m", "s")
    assert [(case.case, [pair.variant for pair in case.pairs]) for case in shown.cases] == [(CASE, ["b"])]


def test_a_run_that_compared_nothing_shows_no_noise(tmp_path):
    assert variances_shown(conclude([run_began(make_case("a", "b"))], tmp_path, "later")) is None


def test_noise_that_cannot_be_kept_is_remarked_and_loses_nothing(tmp_path):
    record = conclude(events(), tmp_path, "later", remarks=["something"])
    store = Store(tmp_path / "store")
    assert with_noise_kept(record, store) == record
    assert len(store.variances_of("m")[0]) == 1
    full = Store(tmp_path / "full")
    full.folder.mkdir()
    full.variances.write_text("a file where a folder should be")
    kept = with_noise_kept(record, full)
    assert kept.remarks[0] == "something"
    assert kept.remarks[1].startswith("the noise of this run isn't kept: the store")
    assert full.variances_of("m") == ([], [])


def test_a_run_is_held_to_the_policy_that_it_began_with(tmp_path):
    begun, *others = events(stated("a", 1), stated("b", 2))
    policy = Policy(source="pyproject.toml", fail=[Failing.DIFFERS])
    held = msgspec.structs.replace(begun, plan=msgspec.structs.replace(begun.plan, policy=policy))
    resumed = Resumed(at_s=40.0, began="b", budget_s=100.0)
    record = conclude([held, *others, resumed], tmp_path, "later")
    assert record.plan.policy == policy
    assert [(breach.rule, breach.variant) for breach in record.breaches] == [(Failing.DIFFERS, "b")]
    assert conclude([begun, *others, resumed], tmp_path, "later").breaches == []
