"""A record's plan, run again, as far as no process is needed."""

import msgspec
import pytest
from msgspec.structs import replace

from harness.conduct.events import RunBegan
from harness.conduct.journal import Journal
from harness.environment import Realized
from harness.failure import HarnessError
from harness.judge.reproduction import Outcome
from harness.machine.code import code
from harness.record import Store
from harness.record.schema import Failing, Night, Policy, Rule, Verification
from harness.record.store import JOURNAL
from harness.reproduce import environments, replay
from harness.reproduce.published import Published
from harness.reproduce.replay import Wish, Workplace, cut_reproduction, reproduce

from .making import git, record_of

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def record(project):
    """A record of a run in the live environment, without a repository."""
    made = record_of(project)
    environment = msgspec.structs.replace(made.environment, address="live", kind="live", lock_digest=None)
    return msgspec.structs.replace(made, environment=environment)


@pytest.fixture
def place(tmp_path, project):
    def silent(*_told):
        pass

    return Workplace(store=Store(tmp_path / "store"), folder=project, say=silent, watch=silent, trace=silent)


@pytest.fixture
def ran(monkeypatch, record):
    """The plans and surroundings that were measured; each run gives the record itself, in its own environment."""
    seen = []

    def measure(plan, around):
        seen.append((plan, around))
        return msgspec.structs.replace(record, id="new", plan=plan)

    def realize(address, _say):
        return Realized(address=address.text, kind=address.kind, python="/python", prefix="/")

    monkeypatch.setattr(replay, "measure", measure)
    monkeypatch.setattr(environments, "realize", realize)
    return seen


def published(record):
    return Published(record=record, bundle=None, finders=[])


def test_a_reproduction_of_a_night_is_no_night(ran, record, place):
    plan = msgspec.structs.replace(record.plan, night=Night(date="2026-11-22", anchors=[1]), blames="another")
    reproduce(published(msgspec.structs.replace(record, plan=plan)), Wish(margin=0.1), place)
    ((again, _),) = ran
    assert (again.night, again.blames) == (None, None)


def test_the_plan_is_the_recorded_one_and_knows_the_record(ran, record, place, project):
    told = reproduce(published(record), Wish(margin=0.1), place)
    ((plan, around),) = ran
    assert plan.reproduces == record.id
    assert msgspec.structs.replace(plan, reproduces=None, cores=record.plan.cores) == record.plan
    assert around.folder == around.sites[0].folder == project
    assert told.judged.outcome is Outcome.REPRODUCED


def test_another_budget_is_taken_and_named(ran, record, place):
    told = reproduce(published(record), Wish(margin=0.1, budget_s=7.0), place)
    assert ran[0][0].budget_s == 7.0
    assert "a budget of 7 s, recorded 300 s" in told.differences


def test_cores_that_this_machine_lacks_are_replaced_by_as_many_others(monkeypatch, ran, record, place):
    monkeypatch.setattr(replay, "available", lambda: [4, 5, 6])
    told = reproduce(published(record), Wish(margin=0.1), place)
    assert ran[0][0].cores == [4, 5]
    assert "other cores used: 4, 5, recorded 0, 1" in told.differences
    monkeypatch.setattr(replay, "available", lambda: [4])
    assert "1 cores used, recorded 2" in reproduce(published(record), Wish(margin=0.1), place).differences


def test_drift_is_named_and_not_reproduced(monkeypatch, ran, record, place):
    drifted = Verification(state="drifted", findings=["numpy is edited"])
    environment = msgspec.structs.replace(record.environment, verification=drifted)
    now = msgspec.structs.replace(record, environment=environment)
    monkeypatch.setattr(replay, "measure", lambda _plan, _around: now)
    told = reproduce(published(record), Wish(margin=0.1), place)
    assert told.judged.outcome is Outcome.NOT_REPRODUCED
    assert told.judged.because[0] == "the environment is not its lock: live: numpy is edited"


def test_code_that_is_checked_out_may_import_nothing_from_the_users_own_tree(ran, record, place, project):
    git(project, "init", "--quiet")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "measured")
    fingerprint = msgspec.structs.replace(record.fingerprint, code=code(record.plan.paths, project))
    then = msgspec.structs.replace(record, fingerprint=fingerprint)
    git(project, "commit", "--quiet", "--allow-empty", "--message", "later")
    reproduce(published(then), Wish(margin=0.1), place)
    (site,) = ran[0][1].sites
    assert site.revision is None
    assert (site.checkout.original, site.checkout.top) == (project, site.folder)


def test_side_by_side_each_environment_keeps_its_address(ran, record, place):
    other = msgspec.structs.replace(
        record.environment, address="live:HEAD", revision="HEAD", code=record.fingerprint.code
    )
    both = msgspec.structs.replace(record, against=[other])
    reproduce(published(both), Wish(margin=0.1), place)
    assert [site.address for site in ran[0][1].sites] == ["live", "live:HEAD"]


def test_side_by_side_there_is_not_one_environment_to_replace(ran, record, place):
    both = msgspec.structs.replace(record, against=[record.environment])
    with pytest.raises(HarnessError, match=r"--env live.*2 environments side by side"):
        reproduce(published(both), Wish(margin=0.1, address="live"), place)


def test_the_latest_cut_run_of_just_this_record_goes_on(tmp_path, record):
    store = Store(tmp_path / "store")
    for run, reproduces in (("1-a", "this"), ("2-b", "this"), ("3-c", "another"), ("4-d", None)):
        plan = msgspec.structs.replace(record.plan, reproduces=reproduces)
        journal = Journal(store.run_folder(run) / JOURNAL)
        journal.write(
            RunBegan(
                run=run,
                harness_version="0",
                began="",
                plan=plan,
                environment=record.environment,
                fingerprint=record.fingerprint,
                cases=[],
                broken_files={},
            )
        )
        journal.close()
    (store.run_folder("5-e") / JOURNAL).write_bytes(b"damaged\ndamaged\n")
    assert cut_reproduction(store, "this") == "2-b"
    with pytest.raises(HarnessError, match="no reproduction of nothing was cut"):
        cut_reproduction(store, "nothing")


def test_the_record_is_reproduced_under_the_policy_that_it_was_made_under(ran, record, place, monkeypatch):
    policy = Policy(source="pyproject.toml", fail_against=[Failing.COUNTERS], rules=[Rule(cases="*", margin=0.3)])
    held = replace(record, plan=replace(record.plan, policy=policy))
    counted = [replace(variant, counters=[{"fit": 11}]) for variant in record.cases[0].variants]
    then = replace(held, cases=[replace(record.cases[0], margin=0.3, variants=counted)])
    others = [replace(variant, counters=[{"fit": 21}]) for variant in counted]
    again = replace(held, id="new", cases=[replace(record.cases[0], variants=others)])
    plans = []
    monkeypatch.setattr(replay, "measure", lambda plan, _around: plans.append(plan) or again)
    told = reproduce(published(then), Wish(), place)
    assert plans[0].policy == policy
    assert told.judged.outcome is Outcome.NOT_REPRODUCED
    assert told.judged.cases[0].margin == 0.3
