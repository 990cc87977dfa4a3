"""Locks, made from a folder of wheels. It is given to uv itself: what pip is told of folders doesn't count here."""

from pathlib import Path

import pytest

from harness.environment import Wish, make_locks
from harness.failure import HarnessError

HEAD = "name: x\nchannels: []\nplatforms: [linux-64]\ndependencies:\n  - python >=3.11\n"


@pytest.fixture
def declared(wheelhouse, project):
    wheelhouse.add("alpha", "1.0")
    wheelhouse.add("beta", "2.1", needs=("alpha",))
    (project / "environment.yml").write_text(f"{HEAD}  - beta >=2\n")
    return project


def lock(project, *names, update=()):
    return make_locks(project, names, wish=Wish(update=tuple(update)), progress=lambda _line: None)


def text_of(project, name="base"):
    return (project / "envs" / f"{name}.lock.txt").read_text()


def test_twice_gives_the_same_bytes(declared):
    first = lock(declared)
    before = text_of(declared)
    second = lock(declared)
    assert (first[0].changed, second[0].changed) == (True, False)
    assert text_of(declared) == before
    assert before.startswith("alpha==1.0 \\\n    --hash=sha256:")
    assert str(declared) not in before


def test_what_still_satisfies_stays_until_it_is_to_be_updated(declared, wheelhouse):
    lock(declared)
    wheelhouse.add("alpha", "1.5")
    assert not lock(declared)[0].changed
    assert lock(declared, update=["alpha"])[0].changed
    assert "alpha==1.5" in text_of(declared)


def test_other_locks_hold_to_the_versions_of_those_before_them(declared, wheelhouse):
    lock(declared)
    wheelhouse.add("alpha", "1.5")
    wheelhouse.add("tool", "1.0")
    (declared / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["alpha"]\n[dependency-groups]\nbuild = ["tool"]\n'
        '[tool.harness.locks.driver]\nproject = true\ngroups = ["build"]\nconstraints = ["base"]\n'
        "[tool.harness.locks.dev]\nproject = true\nenvironment = true\n"
    )
    assert [each.name for each in lock(declared)] == ["base", "driver", "dev"]
    assert "alpha==1.0" in text_of(declared, "driver")
    assert "tool==1.0" in text_of(declared, "driver")
    assert "beta==2.1" in text_of(declared, "dev")
    assert "alpha==1.5" in text_of(declared, "dev")


def test_a_package_that_is_nowhere_is_named_with_its_place(declared):
    (declared / "environment.yml").write_text(f"{HEAD}  - alpha\n  - alhpa >=1\n")
    with pytest.raises(HarnessError) as refused:
        lock(declared)
    assert "environment.yml:7:5: 'alhpa' is in no package index that is configured here." in str(refused.value)
    assert "Did you mean 'alpha'?" in str(refused.value)


def test_what_cannot_be_satisfied_is_said_in_the_words_of_the_solver(declared):
    (declared / "environment.yml").write_text(f"{HEAD}  - alpha >=7\n")
    with pytest.raises(HarnessError, match=r"Locking 'base' failed(.|\n)*alpha"):
        lock(declared)
    assert not list(Path(declared, "envs").iterdir())


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[tool.harness.locks.dev]\ngroup = ['x']\n", "tool.harness.locks.dev: Object contains unknown field `group`"),
        ("[tool.harness.locks.dev]\ngroups = ['x']\n", "there is no dependency group 'x'"),
        ("[tool.harness.locks.dev]\nconstraints = ['x']\n", "'x' is no lock made before it (base)"),
        ("[tool.harness\n", "pyproject.toml: "),
        ("[tool]\nharness = 3\n", "pyproject.toml: [tool.harness.locks] can't be read: 'harness' is no table."),
    ],
)
def test_a_lock_that_is_not_described_well_is_refused(declared, table, message):
    (declared / "pyproject.toml").write_text(table)
    with pytest.raises(HarnessError) as refused:
        lock(declared)
    assert message in str(refused.value)


def test_an_unknown_lock_is_refused_with_those_that_are(declared):
    with pytest.raises(HarnessError, match=r"'bas' is no lock here\. Did you mean 'base'\? There are: base\."):
        lock(declared, "bas")
