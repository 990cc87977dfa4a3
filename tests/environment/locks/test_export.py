"""From what is installed to a declaration that can be locked."""

import subprocess
import sys
from pathlib import Path

import pytest
import uv
from hypothesis import given
from hypothesis import strategies as st

from harness.environment import create
from harness.environment.backends.inventory import Installed, Inventory, take_inventory
from harness.environment.declaration.environment_file import declare
from harness.environment.locks.export import export, top_level
from harness.failure import HarnessError

from ..channel import HERE, PYTHON_VERSION

NAMES = "abcdefgh"


def inventory(wheels=(), conda=(), aliases=None):
    return Inventory(
        prefix="/opt/some", platform="linux-64", python="3.12.13", channels=("forge",), conda=tuple(conda),
        wheels=tuple(wheels), aliases=aliases or {},
    )  # fmt: skip


def installed(name, *needs, version="1.0", **others):
    return Installed(name=name, version=version, needs=needs, **others)


def names(packages):
    return [each.name for each in packages]


def test_what_nothing_else_needs_is_kept():
    kept = top_level(inventory([installed("a", "b"), installed("b", "c"), installed("c"), installed("d", "absent")]))
    assert names(kept.wheels) == ["a", "d"]


def test_of_a_circle_that_nothing_else_needs_one_is_kept():
    kept = top_level(inventory([installed("b", "c"), installed("c", "b"), installed("d", "d")]))
    assert names(kept.wheels) == ["b", "d"]


def test_wheels_need_conda_packages_by_the_names_of_their_distributions():
    held = inventory([installed("w", "matplotlib")], [installed("matplotlib-base")], {"matplotlib": "matplotlib-base"})
    kept = top_level(held)
    assert (names(kept.wheels), names(kept.conda)) == (["w"], [])


def test_what_was_installed_from_a_folder_is_a_comment_and_its_needs_stay():
    held = inventory([installed("mine", "a", direct=True), installed("a", version="2.0")])
    text = export(top_level(held), "x")
    assert text.splitlines()[-3:] == [
        "  - pip:",
        "      - a==2.0",
        "# mine 1.0 was installed from a folder or an address: no lock can hold it.",
    ]


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4)))
def test_what_is_kept_needs_all_the_rest_and_none_of_it_can_go(needs):
    kept = names(top_level(inventory([installed(name, *others) for name, others in needs.items()])).wheels)

    def reached(start):
        found = set()
        coming = list(start)
        while coming:
            name = coming.pop()
            if name in needs and name not in found:
                found.add(name)
                coming += needs[name]
        return found

    assert reached(kept) == needs.keys()
    for name in kept:
        assert reached(each for each in kept if each != name) != needs.keys()


def test_what_is_exported_can_be_declared(tmp_path):
    wheels = [installed("a", version="2.0+local"), installed("b", version="1!3.0.post1")]
    text = export(inventory(wheels, [installed("python"), installed("c", version="2025c")]), "x")
    (tmp_path / "environment.yml").write_text(text.replace("2025c", "2025"))
    declared = declare(tmp_path)
    assert (declared.name, declared.channels, declared.platforms) == ("x", ("forge",), ("linux-64",))
    assert [each.spec for each in declared.dependencies] == ["python 3.12.13", "c 2025"]
    assert [each.requirement for each in declared.pip] == ["a==2.0+local", "b==1!3.0.post1"]


def run_uv(*arguments):
    subprocess.run([uv.find_uv_bin(), "--quiet", *arguments], check=True)


def test_a_virtual_environment_gives_wheels(wheelhouse, tmp_path):
    wheelhouse.add("alpha", "1.5", needs=("beta", "absent; sys_platform == 'none'", "extra; extra == 'more'"))
    wheelhouse.add("beta", "2.0")
    folder = tmp_path / "some"
    run_uv("venv", "--no-project", "--python", sys.executable, str(folder))
    run_uv("pip", "install", "--python", str(folder), "alpha")
    held = take_inventory(str(folder / "bin" / "python"))
    assert (held.platform, held.prefix, held.conda) == (HERE, str(folder), ())
    assert export(top_level(held), "some") == (
        "name: some\nchannels:\n  - conda-forge\nplatforms:\n"
        f"  - {HERE}\ndependencies:\n  - python {PYTHON_VERSION}\n  - pip:\n      - alpha==1.5\n"
    )
    assert "- beta==2.0" in export(held, "some")
    told = run_cli(tmp_path, "env", "export", str(folder))
    assert (told.returncode, told.stdout) == (0, export(top_level(held), "some"))


def test_a_conda_prefix_gives_conda_packages_and_what_pip_added(channel, wheelhouse, project):
    files = {"site-packages/hello.py": "", "site-packages/hello-1.0.dist-info/METADATA": "Name: hello\nVersion: 1.0\n"}
    channel.add("hello-base", noarch="python", depends=["python >=3"], files=files)
    channel.add("tool", "2.1", depends=["hello-base >=1", "__unix"], files={"etc/tool.txt": "x"})
    channel.index().lock(project / "conda-lock.yml")
    (project / "envs" / "base.lock.txt").touch()
    realized = create("base@conda", project, lambda _line: None)
    wheelhouse.add("alpha", "1.5", needs=("hello",))
    run_uv("pip", "install", "--python", realized.python, "--no-deps", "alpha")
    held = take_inventory(realized.python)
    assert held.aliases == {"hello": "hello-base"}
    text = export(top_level(held), "base")
    assert text.partition("dependencies:\n")[2] == (
        f"  - python {PYTHON_VERSION}\n  - tool 2.1\n  - pip:\n      - alpha==1.5\n"
    )
    assert "  - hello-base 1.0\n" in export(held, "base")
    note = Path(realized.prefix, "conda-meta", "broken-1-0.json")
    note.write_text("{")
    with pytest.raises(HarnessError, match=r"broken-1-0\.json: conda's note about a package can't be read"):
        take_inventory(realized.python)


def run_cli(folder, *arguments):
    command = [sys.executable, "-c", "from harness.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_what_names_no_environment_is_refused(project):
    refused = run_cli(project, "env", "export", "nowhere")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "harness: nowhere: there is no environment of this name." in refused.stderr


def test_an_image_is_not_looked_into(project):
    (project / "envs" / "base.lock.txt").touch()
    refused = run_cli(project, "env", "export", "base@image")
    assert refused.returncode == 2
    assert "It has what base@wheels has: export that." in refused.stderr
