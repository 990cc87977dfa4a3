"""A process in a container: its pipes, its bounds, and its end, however it comes."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import select
import signal
import subprocess
import textwrap
import time
from pathlib import Path

import msgspec
import pytest
from containers import none_left, probes_of, python_with
from hypothesis import given
from hypothesis import strategies as st

from harness.environment import Command, Guard
from harness.environment.processes.attached import Words
from harness.environment.processes.container import LABEL, spawn, sweep
from harness.failure import HarnessError

ECHO = """
import sys
for line in sys.stdin:
    sys.stdout.write(line)
    sys.stdout.flush()
"""
# Tells that it runs, a thousand times a second, in a child of the probe.
COUNT = (
    """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", '''
import os, time
number = 0
while True:
    number += 1
    open("next", "w").write(str(number))
    os.rename("next", "count")
    time.sleep(0.001)
'''])
"""
    + ECHO
)


@pytest.fixture
def start(small, tmp_path):
    """Starts programs in containers, and ends them."""
    with contextlib.ExitStack() as stack:
        guard = stack.enter_context(contextlib.closing(Guard()))

        def started(code, **fields):
            given = {"reads": (), "writes": (tmp_path,), "settings": {}, "folder": tmp_path, "log": tmp_path / "log"}
            command = Command(arguments=("-c", textwrap.dedent(code)), **given | fields)
            held = spawn(small, command, guard)
            stack.callback(held.kill)
            return held

        yield started


def hear(held, timeout_s=20.0):
    """What comes next on the pipe for messages; nothing at its end."""
    ready, _, _ = select.select([held.stdout], [], [], timeout_s)
    assert ready, (held.wait(0), held.log.read_text())
    return os.read(held.stdout.fileno(), 1 << 20)


def ask(held, line):
    os.write(held.stdin.fileno(), line + b"\n")
    return hear(held)


def told(held):
    """The JSON that a program prints before it ends."""
    text = b""
    while chunk := hear(held):
        text += chunk
    assert held.wait(10) == 0, held.log.read_text()
    return json.loads(text)


def count(folder):
    with contextlib.suppress(FileNotFoundError, ValueError):
        return int((folder / "count").read_text())
    return 0


def runs(folder, within_s=0.1):
    """Whether the counting child runs, to be seen in so many seconds."""
    before, deadline = count(folder), time.monotonic() + within_s
    while count(folder) == before:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_messages_go_through_both_ways_and_in_order(start):
    held = start(ECHO)
    assert [ask(held, b'{"turn":%d}' % number) for number in range(100)] == [
        b'{"turn":%d}\n' % number for number in range(100)
    ]


def test_a_message_of_a_megabyte_arrives_whole(start):
    held = start(ECHO)
    sent = b"x" * 1_000_000 + b"\n"
    os.write(held.stdin.fileno(), sent)
    heard = b""
    while len(heard) < len(sent):
        heard += hear(held)
    assert heard == sent


def test_what_it_prints_to_standard_error_is_its_log_and_no_message(start):
    held = start("import sys; sys.stderr.write('spoken'); print('{}')")
    assert told(held) == {}
    assert held.log.read_text() == "spoken"


@pytest.mark.parametrize(
    ("code", "expected"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 15)", -15)]
)
def test_its_end_is_told_as_of_any_process(start, code, expected):
    held = start(code)
    assert hear(held) == b""
    assert (held.wait(10), held.kill(), held.lost) == (expected, expected, None)


def test_stopped_it_runs_no_more_and_woken_it_does_with_all_that_it_started(start, tmp_path):
    held = start(COUNT)
    assert ask(held, b"1") == b"1\n"
    assert runs(tmp_path, within_s=10)
    for _ in range(20):
        held.stop()
        time.sleep(0.01)  # a write that was under way ends
        stood = count(tmp_path)
        time.sleep(0.01)
        assert count(tmp_path) == stood
        held.wake()
        assert ask(held, b"2") == b"2\n"
    assert runs(tmp_path, within_s=10)


def test_what_it_is_told_while_it_is_stopped_it_hears_when_it_is_woken(start):
    held = start(ECHO)
    assert ask(held, b"1") == b"1\n"
    held.stop()
    os.write(held.stdin.fileno(), b"2" * 300_000 + b"\n")  # more than fits into a pipe
    held.wake()
    heard = b""
    while not heard.endswith(b"\n"):
        heard += hear(held)
    assert heard == b"2" * 300_000 + b"\n"


def test_a_stopped_one_is_killed_at_once(start):
    held = start(ECHO)
    assert ask(held, b"1") == b"1\n"
    held.stop()
    began = time.monotonic()
    assert held.kill() == -9
    assert time.monotonic() - began < 5


def test_it_shows_its_stack_and_dies_of_it(start):
    held = start("import faulthandler, time; faulthandler.enable(); print('{}', flush=True); time.sleep(100)")
    hear(held)
    held.show_stack()
    assert held.wait(10) == -6
    assert "Fatal Python error: Aborted" in held.log.read_text()


def test_children_that_outlive_it_end_with_it(start, engine, tmp_path):
    held = start(COUNT.replace("for line in sys.stdin:", "for line in sys.stdin:\n    raise SystemExit(0)"))
    os.write(held.stdin.fileno(), b"go\n")
    assert held.wait(10) == 0
    assert not runs(tmp_path)


def test_there_is_no_network_but_its_own_loopback(start):
    held = start("""
        import json, socket
        def reachable(host, port):
            try:
                socket.create_connection((host, port), timeout=2).close()
            except OSError as error:
                return type(error).__name__
            return "reachable"
        with socket.create_server((socket.gethostname(), 0)) as server:
            found = {"own": reachable(*server.getsockname())}
        found["other"] = reachable("192.0.2.1", 80)
        found["interfaces"] = [name for _, name in socket.if_nameindex()]
        print(json.dumps(found))
    """)
    found = told(held)
    assert found["own"] == "reachable"
    assert found["other"] == "OSError"
    assert not [name for name in found["interfaces"] if name.startswith(("eth", "en"))]


def test_what_it_may_read_it_can_not_write_and_what_it_writes_belongs_to_the_caller(start, tmp_path):
    (tmp_path / "reads").mkdir()
    (tmp_path / "writes").mkdir()
    (tmp_path / "reads" / "given").write_text("here")
    held = start(
        """
        import json, os
        def attempt(path):
            try:
                open(path, "w").write("x")
            except OSError as error:
                return error.strerror
        told = {path: attempt(path) for path in ("reads/given", "writes/made", "/tmp/own", "/opt/other", "/usr/x")}
        print(json.dumps(told | {"read": open("reads/given").read()}))
        """,
        reads=(tmp_path / "reads",),
        writes=(tmp_path / "writes",),
    )
    refused = "Read-only file system"
    assert told(held) == {
        "reads/given": refused,
        "writes/made": None,
        "/tmp/own": None,
        "/opt/other": refused,
        "/usr/x": refused,
        "read": "here",
    }
    assert (tmp_path / "writes" / "made").stat().st_uid == os.getuid()


def test_it_has_no_rights_and_can_get_none(start):
    held = start("""
        import json
        status = dict(line.rstrip().split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
        print(json.dumps([status["CapEff"].strip("0"), status["CapBnd"].strip("0"), status["NoNewPrivs"]]))
    """)
    assert told(held) == ["", "", "1"]


def test_it_runs_on_its_cores_only(start):
    cores = sorted(os.sched_getaffinity(0))[-1:]
    held = start("import json, os; print(json.dumps(sorted(os.sched_getaffinity(0))))", cores=tuple(cores))
    assert told(held) == cores


def test_it_gets_the_commands_variables_and_none_of_ours(start, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_HOST", "1")
    held = start("import json, os; print(json.dumps(dict(os.environ)))", settings={"OMP_NUM_THREADS": "2"})
    found = told(held)
    assert found["OMP_NUM_THREADS"] == "2"
    assert found["HOME"] == "/tmp"
    assert not {"SECRET_OF_THE_HOST", "HARNESS_PARENT", "VIRTUAL_ENV"} & found.keys()


def test_beyond_its_memory_it_is_killed_and_its_log_says_why(start):
    held = start("block = bytearray(400 << 20); print(sum(block[::4096]))", memory_bytes=128 << 20)
    assert hear(held) == b""
    assert held.wait(10) == -9
    assert f"memory limit of {128 << 20} bytes" in held.log.read_text()


@pytest.mark.parametrize("folder", ["/", "/usr", "/tmp"])
def test_a_folder_that_would_hide_the_system_is_refused(start, folder):
    with pytest.raises(HarnessError, match="can't be shown to a container"):
        start("", reads=(Path(folder),))


def test_a_folder_that_is_gone_is_told_and_leaves_no_container(start, engine, tmp_path):
    with pytest.raises(HarnessError, match="bind source path does not exist"):
        start("", reads=(tmp_path / "gone",))
    assert none_left(engine, os.getpid())


# --- the end of whoever started it

CONDUCTOR = """
import os, time
from pathlib import Path
import msgspec
from harness.environment import Command, Guard, Realized
from harness.environment.processes.container import spawn

realized = msgspec.json.decode(os.environ["REALIZED"], type=Realized)
folder = Path(os.environ["FOLDER"])
code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(1000)"
print("begun", flush=True)
guard = Guard()
held = []
for name in ("one", "other"):
    command = Command(arguments=("-c", code), settings={}, folder=folder, log=folder / name, reads=(folder,))
    held.append(spawn(realized, command, guard))
    held[-1].stdout.read(5)
held[0].stop()
print("holding", flush=True)
time.sleep(1000)
"""


@pytest.fixture
def conductor(small, tmp_path):
    """Starts processes that hold two probes, of which one is stopped; they have said "begun"."""
    started = []

    def start():
        process = python_with(CONDUCTOR, REALIZED=msgspec.json.encode(small).decode(), FOLDER=str(tmp_path))
        started.append(process)
        assert process.stdout.readline() == "begun\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_conductor_killed_while_it_holds_probes_leaves_no_container_not_even_of_a_stopped_one(engine, conductor):
    process = conductor()
    assert process.stdout.readline() == "holding\n"
    assert len(probes_of(engine, process.pid)) == 2
    process.kill()
    process.wait()
    assert none_left(engine, process.pid)


def test_a_conductor_killed_while_it_starts_probes_leaves_no_container(engine, conductor):
    for _ in range(4):
        process = conductor()
        time.sleep(random.uniform(0.1, 1.0))
        process.kill()
        process.wait()
        time.sleep(0.3)  # what the engine was asked for last may be on its way
        assert none_left(engine, process.pid)


def test_a_conductor_interrupted_while_it_starts_probes_leaves_no_container(engine, conductor):
    for _ in range(4):
        process = conductor()
        time.sleep(random.uniform(0.1, 1.0))
        process.send_signal(signal.SIGINT)
        process.wait()
        assert none_left(engine, process.pid)


# --- the end of the engine


def test_with_an_engine_that_went_away_it_is_lost_and_says_so(start, forwarder):
    held = start(ECHO)
    assert ask(held, b"1") == b"1\n"
    forwarder.go_away()
    assert hear(held) == b""
    assert held.wait(5) is not None
    assert held.lost == "was lost with the container engine, which went away"
    began = time.monotonic()
    held.stop()
    held.kill()
    assert time.monotonic() - began < 10


def test_a_container_whose_engine_keeps_it_open_ends_with_the_one_who_started_it(start, engine, tmp_path):
    held = start(COUNT)
    assert ask(held, b"1") == b"1\n"
    held.stop()
    # What a dead engine would do: nothing is heard of the end of standard input.
    held._lifeline.close()
    assert hear(held) == b""
    assert none_left(engine, os.getpid())


def test_a_container_that_was_never_started_is_swept_away_later(engine, small):
    with subprocess.Popen(["true"]) as maker:
        maker.wait()
    made = engine.api.create_container(small.image, labels={LABEL: str(maker.pid)})["Id"]
    sweep(engine)
    assert made in ids(engine)
    sweep(engine, older_than_s=-1)
    assert made not in ids(engine)


def test_a_container_whose_maker_lives_is_not_swept_away(engine, small):
    made = engine.api.create_container(small.image, labels={LABEL: str(os.getpid())})["Id"]
    sweep(engine, older_than_s=-1)
    assert made in ids(engine)
    engine.api.remove_container(made)


def ids(engine):
    return [each["Id"] for each in engine.api.containers(all=True)]


def test_a_container_that_somebody_removes_is_lost_and_says_so(start, engine):
    held = start(ECHO)
    assert ask(held, b"1") == b"1\n"
    engine.api.remove_container(probes_of(engine, os.getpid())[0], force=True)
    assert hear(held) == b""
    assert held.wait(5) is not None
    assert held.lost == "was lost with its container, which somebody ended from outside"


def test_an_engine_that_is_not_there_is_named_with_what_to_install(start, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/engine.sock")
    with pytest.raises(HarnessError, match=r"no container engine answers there.*apt-get install docker\.io"):
        start(ECHO)


# --- the warden's words


@given(
    st.lists(st.sampled_from([b'{"kind":"turn"}\n', b"\0stopped 1\n", b"\0exit -9\n", b"[1,2]\n"])),
    st.lists(st.integers(0, 200)),
)
def test_the_wardens_words_are_told_from_messages_wherever_the_stream_is_cut(lines, cuts):
    stream = b"".join(lines)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut <= len(stream))})
    words = Words()
    messages, said = b"", []
    for begin, end in itertools.pairwise(edges):
        messages += words.taken_out(stream[begin:end])
        said += words.said()
    assert messages == b"".join(line for line in lines if not line.startswith(b"\0"))
    assert said == [line[1:-1].decode() for line in lines if line.startswith(b"\0")]


def test_words_within_a_message_are_taken_out_of_it():
    words = Words()
    assert words.taken_out(b'{"a":\0stopped 3\n1}\n') == b'{"a":1}\n'
    assert words.said() == ["stopped 3"]
