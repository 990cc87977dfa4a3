from click.testing import CliRunner

from harness.calibrate.bench_store import Size, timings, write_records
from harness.calibrate.bench_store.timing import timed_command
from harness.cli.main import cli
from harness.record import Store

COMMANDS = ("harness list", "harness store query", "harness compare", "harness history")
SMALL = Size(records=3, cases=2, launches=3, blocks=6)


def test_made_up_records_are_whole_and_the_same_each_time(tmp_path):
    for name in ("a", "b"):
        write_records(tmp_path / name, SMALL)
    first, second = Store(tmp_path / "a"), Store(tmp_path / "b")
    assert first.ids() == second.ids()
    summaries, damaged = first.summaries()
    assert (len(summaries), damaged) == (3, [])
    assert [first.read(run) for run in first.ids()] == [second.read(run) for run in first.ids()]


def test_the_table_has_a_line_for_each_time_and_leaves_the_store_as_it_was(tmp_path):
    arguments = "--records 3 --cases 2 --blocks 6 --repetitions 1 --no-peers --folder"
    told = CliRunner().invoke(cli, ["calibrate", "store", *arguments.split(), str(tmp_path / "kept")])
    assert told.exit_code == 0
    assert told.stdout.startswith("3 records of 2 cases x 4 variants x 6 blocks")
    for line in ("the index is built", "one record is added", "the series of one case", *COMMANDS):
        assert line in told.stdout
    assert len(Store(tmp_path / "kept").ids()) == 3


def test_a_command_that_fails_or_takes_too_long_has_no_time(tmp_path):
    failed = timed_command("x", ["sh", "-c", "echo because; exit 3"], tmp_path, {}, 10)
    assert (failed.wall_s, failed.ended) == (None, "failed: because")
    stopped = timed_command("x", ["sleep", "10"], tmp_path, {"PATH": "/usr/bin:/bin"}, 0.1)
    assert (stopped.wall_s, stopped.ended) == (None, "stopped after 0 s, 0 s of CPU")
    assert timings.Timing(what="x").ended == ""
