"""Runs whose probes live in containers: measured, killed, resumed, and left alone by their engine."""

from __future__ import annotations

import random
import signal
import time

import pytest
from containers import none_left, probes_of, write_small_lock

from harness.environment.processes.container import sweep

from .desk import TWO_SUMS, came_true, case_of, judged

RUN = ("test_sums.py", "--env", "small@image", "--launches", "2", "--budget", "200s")


@pytest.fixture
def image_desk(desk, small_image, base_image, monkeypatch):
    """A desk with the lock `small`, whose image is built."""
    monkeypatch.setenv("HARNESS_BASE_IMAGE", base_image)
    write_small_lock(desk.folder)
    desk.write("test_sums.py", TWO_SUMS)
    return desk


def has_sampled(desk):
    return any(event["event"] == "sampled" for event in desk.journal())


def test_a_suite_is_measured_in_containers_and_the_record_says_in_what(image_desk, engine):
    run = image_desk.start_run(*RUN)
    ended = image_desk.wait(run)
    assert ended.code == 0, ended.err
    record = image_desk.record()
    environment = record["environment"]
    assert (environment["address"], environment["kind"]) == ("small@image", "image")
    assert environment["verification"]["state"] == "verified"
    assert environment["verification"]["files"] > 500
    assert judged(record, "sums")["builtin"]["answer"]["agreement"] == "agree"
    assert {"loop", "builtin"} <= {sample["variant"] for sample in case_of(record, "sums")["samples"]}
    assert none_left(engine, run.pid)
    # The suite's folder is shown to the probes to be read only.
    assert not list(image_desk.folder.rglob("__pycache__"))


def test_a_run_in_containers_is_reproduced_from_its_bundle(image_desk, desks):
    ran = image_desk.run("test_sums.py", "--env", "small@image", "--launches", "1")
    assert ran.code == 0, ran.err
    [record] = image_desk.record_files()
    bundle = image_desk.folder.with_name("image.zip")
    bundled = image_desk.harness("bundle", str(record), str(bundle))
    assert bundled.code == 0, bundled.err
    ended = desks().harness("reproduce", str(bundle), "--expect", "same")
    assert ended.code == 0, ended.err + ended.out
    assert "Verdict: reproduced" in ended.out


def test_runs_in_containers_are_killed_at_random_moments_and_resumed_and_leave_none(image_desk, engine):
    run = image_desk.start_run(*RUN)
    for _ in range(2):
        assert came_true(lambda run=run: run.poll() is not None or probes_of(engine, run.pid))
        time.sleep(random.uniform(0, 3))
        run.kill()
        run.wait()
        assert none_left(engine, run.pid)
        resumable = bool(image_desk.journal()) and not image_desk.record_files()
        again = ("run", "--resume", "--store", str(image_desk.store)) if resumable else None
        run = image_desk.start(*again) if again else image_desk.start_run(*RUN)
    ended = image_desk.wait(run)
    assert ended.code == 0, (ended.err, ended.out)
    assert none_left(engine, run.pid)
    assert image_desk.is_deserted()


def test_ctrl_c_ends_a_run_in_containers_cleanly_and_it_goes_on(image_desk, engine):
    run = image_desk.start_run(*RUN)
    assert came_true(lambda: has_sampled(image_desk))
    run.send_signal(signal.SIGINT)
    ended = image_desk.wait(run)
    assert ended.code == 130, ended.err
    assert "Traceback" not in ended.err
    assert none_left(engine, run.pid)
    assert image_desk.resume().code == 0


def test_with_an_engine_that_goes_away_variants_are_lost_in_plain_words_and_the_record_is_written(
    image_desk, forwarder, engine
):
    run = image_desk.start_run(*RUN)
    assert came_true(lambda: has_sampled(image_desk))
    forwarder.go_away()
    ended = image_desk.wait(run, 60)
    assert ended.code == 3, (ended.err, ended.out)
    assert "Traceback" not in ended.err + ended.out
    variants = case_of(image_desk.record(), "sums")["variants"]
    told = [failure["text"] for variant in variants for failure in variant["failures"]]
    assert any("was lost with the container engine, which went away" in text for text in told), told
    assert any("could not be started" in text and "container engine" in text for text in told), told
    # One that the engine had made and not yet started stays, until the next command sweeps it away.
    sweep(engine, older_than_s=0)
    assert none_left(engine, run.pid)


def test_an_image_is_compared_with_wheels_of_the_same_lock(image_desk, engine):
    run = image_desk.start_run("test_sums.py", "--env", "small", "--against", "small@image", "--launches", "2")
    ended = image_desk.wait(run)
    assert ended.code == 0, ended.err
    record = image_desk.record()
    environments = [record["environment"], *record["against"]]
    assert [each["kind"] for each in environments] == ["wheels", "image"]
    assert len({each["lock_digest"] for each in environments}) == 1
    assert {each["verification"]["state"] for each in environments} == {"verified"}
    assert "small@image" in ended.out
    assert none_left(engine, run.pid)
