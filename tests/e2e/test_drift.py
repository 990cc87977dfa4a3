"""A run in an environment that is not its lock any more."""

from pathlib import Path

from .two_locks import ADDER_SUITE, make_locks


def test_a_drifted_run_says_so_before_anything_else_in_its_record_and_by_its_exit_code(desk):
    variables = {**make_locks(desk), "HARNESS_CACHE": str(desk.folder / "cache")}
    desk.write("test_adder.py", ADDER_SUITE)
    made = desk.harness("env", "create", "old", **variables)
    assert made.code == 0, made.err
    (adder,) = Path(made.out.strip()).parent.parent.glob("lib/*/site-packages/adder/__init__.py")
    with adder.open("a") as file:
        file.write("# a small repair\n")
    ended = desk.run("test_adder.py", "--env", "old", "--launches", "1", "--budget", "60s", **variables)
    assert ended.code == 1, ended.err
    first, second = ended.out.splitlines()[:2]
    assert first == "DRIFTED: the environment is not its lock; these figures can't be published."
    assert second.startswith("- edited: lib/")
    verification = desk.record()["environment"]["verification"]
    assert verification["state"] == "drifted"
    assert [finding.rsplit("/", 2)[1:] for finding in verification["findings"]] == [["adder", "__init__.py (adder)"]]
    assert verification["packages"] == 8
    assert desk.harness("env", "verify", "old", **variables).code == 1
    desk.write("test_broken.py", "import nothing_of_this_name\n")
    ended = desk.run(
        "test_adder.py", "test_broken.py", "--env", "old", "--launches", "1", "--budget", "60s", **variables
    )
    assert ended.code == 3, "what was not measured outweighs drift"
