"""`kill -9` at any moment: the run resumes, and no finished sample is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psutil

from .desk import TWO_SUMS, came_true, case_of, judged

# `nox -s kills` lives through more.
MOMENTS = int(os.environ.get("HARNESS_TEST_KILLS", "14"))
WORKERS = 2
MOST_PROBES_KILLED = 2  # a variant that dies a third time in a run is given up, as it should be
LATEST_S = 4.5
RUN = ("test_sums.py", "--launches", "3", "--budget", "150s")


def samples_of(events):
    return [event["sample"] for event in events if event["event"] == "sampled"]


def identity(sample):
    """A sample without its phase: two that measured the same nanoseconds in the same place are one."""
    return json.dumps({name: value for name, value in sample.items() if name != "phase"}, sort_keys=True)


def broken_of(events):
    """The samples of the blocks that a journal, as a kill left it, began and didn't end."""
    ended = {
        (event["conditions"]["launch"], event["conditions"]["block"])
        for event in events
        if event["event"] == "block ended"
    }
    return {identity(sample) for sample in samples_of(events) if (sample["launch"], sample["block"]) not in ended}


class Story:
    """One run that is killed again and again, and resumed until it is complete."""

    def __init__(self, desk, moment):
        self.desk = desk
        self.moment = moment
        self.kills = []
        self.snapshots = []
        self.probes_killed = 0
        desk.write("test_sums.py", TWO_SUMS)

    def tell(self, most_kills):
        """Live through up to so many kills, then to the end; returns how many there were."""
        sitting = self.desk.start_run(*RUN)
        while not self._over(sitting):
            if sitting.poll() is not None:
                sitting = self._go_on(sitting)
            elif len(self.kills) < most_kills:
                time.sleep(self.moment.uniform(0, LATEST_S))
                sitting = sitting if sitting.poll() is not None else self._kill(sitting)
            else:
                self.desk.wait(sitting)
        ended = self.desk.wait(sitting)
        assert ended.code == 0, (self.kills, ended.err, ended.out)
        self.check()
        return len(self.kills)

    def _over(self, sitting):
        return sitting.poll() is not None and bool(self.desk.record_files())

    def _kill(self, sitting):
        probes = self._probes(sitting) if self.probes_killed < MOST_PROBES_KILLED else []
        if probes and self.moment.random() < 0.5:
            self.moment.choice(probes).kill()
            self.probes_killed += 1
            self.kills.append("probe")
            return sitting
        sitting.send_signal(signal.SIGKILL)
        sitting.wait()
        self.kills.append("conductor")
        assert self.desk.is_deserted(), (self.kills, self.desk.processes())
        self.snapshots.append(self.desk.journal())
        return self._go_on(sitting)

    def _go_on(self, sitting):
        """What a user does next: --resume, or the run again where nothing of it was kept yet."""
        if sitting.returncode >= 0:
            # Not killed itself: it lost the probe that collects, which leaves nothing to measure.
            assert "SIGKILL" in self.desk.wait(sitting).err, (self.kills, self.desk.wait(sitting).err)
        if self.desk.record_files():
            return self.desk.start("show", self.desk.record_files()[0].stem, "--store", str(self.desk.store))
        if self.desk.journal():
            return self.desk.start("run", "--resume", "--store", str(self.desk.store))
        return self.desk.start_run(*RUN)

    @staticmethod
    def _probes(sitting):
        try:
            children = psutil.Process(sitting.pid).children()
            return [child for child in children if any("start.py" in word for word in child.cmdline())]
        except psutil.Error:
            return []

    def check(self):
        record = self.desk.record()
        case = case_of(record, "sums")
        said = Counter(identity(sample) for sample in case["samples"])
        phases = {identity(sample): sample["phase"] for sample in case["samples"]}
        assert max(said.values()) == 1, (self.kills, said.most_common(3))
        for events in self.snapshots:
            kept = {identity(sample) for sample in samples_of(events)}
            assert kept <= said.keys(), (self.kills, kept - said.keys())
            for sample in broken_of(events):
                assert phases[sample] == "broken", (self.kills, sample)
            for sample in kept - broken_of(events):
                assert phases[sample] != "broken", (self.kills, sample)
        self.check_complete(record, case)
        assert not record["missing"], (self.kills, record["missing"])
        assert self.desk.is_deserted(), (self.kills, self.desk.processes())

    def check_complete(self, record, case):
        assert [variant["name"].removesuffix(" (twin)") for variant in case["variants"][2:]] in (["loop"], ["builtin"])
        measured = [sample for sample in case["samples"] if sample["phase"] == "measured"]
        for name in ("loop", "builtin"):
            assert len({sample["launch"] for sample in measured if sample["variant"] == name}) >= 3, self.kills
        blocks = [
            {(sample["launch"], sample["block"]) for sample in measured if sample["variant"] == name}
            for name in ("loop", "builtin")
        ]
        assert judged(record, "sums")["builtin"]["ratio"]["blocks"] == len(blocks[0] & blocks[1]), self.kills
        assert judged(record, "sums")["builtin"]["answer"]["agreement"] == "agree", self.kills


def live_through(desks, seed, moments):
    """Stories, one after the other, until there were so many kills."""
    moment = random.Random(seed)
    done = 0
    while done < moments:
        try:
            done += Story(desks(), moment).tell(min(moments - done, moment.randint(3, 7)))
        except BaseException as fault:
            fault.add_note(f"seed {seed}, after {done} kills")
            raise


def test_after_kills_at_random_moments_every_run_is_complete_and_no_sample_lost_or_doubled(desks):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    with ThreadPoolExecutor(WORKERS) as workers:
        share = -(-MOMENTS // WORKERS)
        shares = [workers.submit(live_through, desks, f"{seed} {worker}", share) for worker in range(WORKERS)]
        for each in shares:
            each.result()


def test_a_run_killed_while_its_record_is_written_is_complete_afterwards(desks):
    desk = desks()
    desk.write("test_sums.py", TWO_SUMS)
    sitting = desk.start_run("test_sums.py", "--launches", "3", "--budget", "150s")
    for wait_ms in (0, 5, 10, 20, 40):
        assert came_true(lambda run=sitting: run.poll() is not None or has_ended(desk))
        time.sleep(wait_ms / 1000)
        sitting.kill()
        sitting.wait()
        assert desk.is_deserted()
        assert len(desk.record_files()) <= 1
        sitting = desk.start("run", "--resume", "--store", str(desk.store))
    ended = desk.wait(sitting)
    if ended.code != 0:
        assert ended.refused("no interrupted run")
    case = case_of(desk.record(), "sums")
    assert max(Counter(identity(sample) for sample in case["samples"]).values()) == 1
    assert not desk.record()["missing"]


def has_ended(desk):
    return any(event["event"] == "run ended" for event in desk.journal())
