"""Workers that a suite keeps alive between turns: the same ones must answer after a probe was stopped."""

import os
import signal
import sys
import time
import types

import psutil
import pytest

from harness_probe import cluster
from harness_probe.cluster import Workers

from .requirements import needs_module


class FakeClient:
    """A client of workers at these addresses; `lost` are asked in vain."""

    status = "running"
    asynchronous = False

    def __init__(self, workers):
        self.workers = dict(workers)

    def run(self, function):
        assert function is os.getpid
        if not self.workers:
            raise TimeoutError("no workers")
        return dict(self.workers)


@pytest.fixture
def clients(monkeypatch):
    """The clients that `distributed` would know of, if it were there."""
    known = []
    module = types.ModuleType("distributed.client")
    module.Client = type("Client", (), {"_instances": known})
    monkeypatch.setitem(sys.modules, "distributed.client", module)
    monkeypatch.setattr(cluster, "_PATIENCE_S", 0.2)
    return known


def test_without_distributed_there_is_nothing_to_wake(monkeypatch):
    monkeypatch.delitem(sys.modules, "distributed.client", raising=False)
    workers = Workers()
    workers.remember()
    assert workers.wake() == ""
    assert "distributed" not in sys.modules or "distributed.client" not in sys.modules


def test_the_same_workers_are_awake_at_once(clients):
    clients.append(FakeClient({"tcp://a": 1, "tcp://b": 2}))
    workers = Workers()
    workers.remember()
    assert workers.wake() == ""


def test_a_worker_under_its_old_address_with_another_process_is_another_worker(clients):
    clients.append(FakeClient({"tcp://a": 1, "tcp://b": 2}))
    workers = Workers()
    workers.remember()
    clients[0].workers["tcp://b"] = 3
    assert workers.wake() == ("workers [('tcp://b', 2)] no longer answer; answering: [('tcp://a', 1), ('tcp://b', 3)]")


def test_a_worker_that_takes_its_time_is_waited_for(clients, monkeypatch):
    client = FakeClient({"tcp://a": 1})
    clients.append(client)
    workers = Workers()
    workers.remember()
    monkeypatch.setattr(client, "workers", {})
    slept = []
    monkeypatch.setattr(time, "sleep", lambda s: (slept.append(s), len(slept) == 3 and client.workers.update(back)))
    back = {"tcp://a": 1}
    assert workers.wake() == ""
    assert len(slept) == 3


def test_a_worker_that_came_in_the_meantime_is_no_loss(clients):
    clients.append(FakeClient({"tcp://a": 1}))
    workers = Workers()
    workers.remember()
    clients[0].workers["tcp://b"] = 2
    assert workers.wake() == ""


def test_closed_and_asynchronous_clients_are_not_asked(clients):
    clients += [FakeClient({"tcp://a": 1}), FakeClient({"tcp://b": 2})]
    clients[0].status = "closed"
    clients[1].asynchronous = True
    workers = Workers()
    workers.remember()
    assert workers.wake() == ""


def test_a_client_without_workers_does_not_hide_those_of_another(clients):
    clients += [FakeClient({}), FakeClient({"tcp://b": 2})]
    workers = Workers()
    workers.remember()
    clients[1].workers.clear()
    assert "('tcp://b', 2)" in workers.wake()


def test_a_launch_is_void_when_a_held_cluster_lost_its_worker(suite):
    suite.write(
        "distributed_stand_in.py",
        """
        import sys, types
        answers = []
        class Client:
            status = "running"
            def run(self, function): return answers.pop(0)
        Client._instances = [Client()]
        sys.modules["distributed.client"] = types.SimpleNamespace(Client=Client)
    """,
    )
    probe = suite.hold("""
        from distributed_stand_in import answers
        from harness_probe import cluster
        def test_it(benchmark):
            cluster._PATIENCE_S = 0.0
            answers.extend([{"tcp://a": 1}, {"tcp://a": 7}])
            benchmark(int)
    """)
    probe.ready()
    message = probe.ask(do="turn", calls=1)
    assert message["kind"] == "void"
    assert "('tcp://a', 1)" in message["why"]


HOLDS_A_CLUSTER = """
    import pytest
    from distributed import Client, LocalCluster
    from harness_probe import cluster
    cluster._PATIENCE_S = 5.0
    @pytest.fixture
    def client():
        workers = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
        with workers, Client(workers) as client:
            yield client
    def test_it(benchmark, client):
        data = client.scatter([1, 2, 3], hash=False)
        benchmark.extra_info["answer"] = benchmark(lambda: client.submit(sum, data, pure=False).result(timeout=20))
"""


def stopped_for(probe, seconds):
    """Stop a held cluster's whole group for so long between two turns; what the probe says then.

    Dask waits for ten heartbeats at least, which is 5 s for few workers, whatever the ttl.
    """
    probe.ready()
    probe.turn()
    os.killpg(probe.process.pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.killpg(probe.process.pid, signal.SIGCONT)
    return probe.ask(do="turn", calls=1)


@needs_module("distributed")
def test_a_cluster_stopped_for_longer_than_its_ttl_would_be_answers_with_the_same_workers(suite):
    probe = suite.hold(HOLDS_A_CLUSTER, environ={"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "None"})
    assert stopped_for(probe, 8.0)["kind"] == "turn"
    workers = [child.pid for child in psutil.Process(probe.process.pid).children(recursive=True)]
    assert probe.finish()["answer"] == 6
    assert len(workers) >= 2


@needs_module("distributed")
def test_without_that_setting_the_cluster_is_lost(suite):
    """So that the test above could fail: it is the setting that keeps the workers."""
    probe = suite.hold(HOLDS_A_CLUSTER, environ={"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "1s"})
    message = stopped_for(probe, 8.0)
    assert message["kind"] in ("void", "raised"), message
