"""What is done to an environment after it was made, for real, and what verify says of it."""

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from harness.environment import create, find, parse_address, remove, verify


@pytest.fixture
def locked(wheelhouse, project):
    """A project with a lock of two packages."""
    wheelhouse.add("alpha")
    wheelhouse.add("beta", "2.1", modules=3, needs=("alpha",))
    wheelhouse.lock(project / "envs" / "base.lock.txt")
    return project


@pytest.fixture
def made(locked):
    return create("base", locked, print)


@pytest.fixture
def packages(made):
    """Its site-packages."""
    return next(Path(made.prefix).glob("lib/*/site-packages"))


def run_pip(realized, *arguments):
    """The pip that comes with Python, not installed anywhere."""
    wheels = list((resources.files("ensurepip") / "_bundled").glob("pip-*.whl"))
    if not wheels:
        pytest.skip("this Python comes without pip")
    environ = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([realized.python, f"{wheels[0]}/pip", *arguments], env=environ, check=True, capture_output=True)


def drift_of(realized):
    """The findings, with site-packages shortened."""
    verification = verify(realized)
    assert verification.state == ("drifted" if verification.findings else "verified")
    site = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/"
    return [finding.replace(site, "") for finding in verification.findings]


def test_what_was_made_is_verified_with_how_much_was_compared(made):
    verification = verify(made)
    assert (verification.state, verification.findings, verification.packages) == ("verified", [], 2)
    assert (
        verification.files == sum(1 for path in Path(made.prefix).rglob("*") if path.is_symlink() or path.is_file()) - 2
    )


def test_an_edited_file_is_named_with_its_package(made, packages):
    with (packages / "beta" / "part1.py").open("a") as file:
        file.write("\n")
    assert drift_of(made) == ["edited: beta/part1.py (beta)"]


def test_an_edit_that_leaves_size_and_time_as_they_were_is_found(made, packages):
    file = packages / "beta" / "part1.py"
    status = file.stat()
    file.write_text(file.read_text().replace("x + 1\n", "x + 2\n"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    assert drift_of(made) == ["edited: beta/part1.py (beta)"]


def test_a_deleted_file_is_named_and_what_was_compiled_from_it_too(made, packages):
    (packages / "beta" / "part1.py").unlink()
    assert drift_of(made) == ["deleted: beta/part1.py (beta)"]


def test_an_extra_file_is_named_with_the_package_in_whose_folder_it_lies(made, packages):
    (packages / "beta" / "part9.py").write_text("")
    (packages / "sitecustomize.py").write_text("")
    assert drift_of(made) == ["added: beta/part9.py (beta)", "added: sitecustomize.py"]


def test_what_python_compiles_by_itself_is_no_drift(made, packages, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    shutil.rmtree(packages / "beta" / "__pycache__")
    (packages / "alpha" / "part0.py").touch()
    code = "import alpha.part0"
    subprocess.run([made.python, "-c", code], check=True)
    subprocess.run([made.python, "-O", "-c", code], check=True)
    assert list((packages / "alpha" / "__pycache__").glob("part0.*opt-1.pyc"))
    assert drift_of(made) == []


def test_what_python_compiles_again_after_it_was_removed_is_no_drift(made, packages, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    compiled = next((packages / "beta" / "__pycache__").glob("part1.*.pyc"))
    before = compiled.read_bytes()
    shutil.rmtree(compiled.parent)
    subprocess.run([made.python, "-c", "import beta.part0, beta.part1"], check=True)
    assert compiled.read_bytes()[:16] == before[:16]
    assert compiled.read_bytes() != before
    assert drift_of(made) == []


def test_compiled_code_that_is_not_its_sources_is_drift(made, packages):
    compiled = next((packages / "beta" / "__pycache__").glob("part1.*.pyc"))
    content = bytearray(compiled.read_bytes())
    content[-3] ^= 1
    compiled.write_bytes(content)
    (packages / "beta" / "__pycache__" / "part7.cpython-311.pyc").write_bytes(content)
    assert drift_of(made) == [
        f"edited: beta/__pycache__/{compiled.name} (beta)",
        "added: beta/__pycache__/part7.cpython-311.pyc (beta)",
    ]


def test_a_package_without_its_metadata_is_missing(made, packages):
    shutil.rmtree(packages / "beta-2.1.dist-info")
    assert drift_of(made) == ["missing: beta 2.1"]


def test_another_version_by_pip_is_one_finding(made, wheelhouse):
    wheelhouse.add("alpha", "0.9", modules=40)
    run_pip(made, "install", "--no-index", "--find-links", str(wheelhouse.folder), "alpha==0.9")
    assert drift_of(made) == ["version: alpha is 0.9 (put there by pip), the lock says 1.0"]


def test_a_package_that_pip_has_added_is_one_finding(made, wheelhouse):
    wheelhouse.add("gamma", "3.0", modules=40)
    run_pip(made, "install", "--no-index", "--find-links", str(wheelhouse.folder), "gamma")
    assert drift_of(made) == ["extra: gamma 3.0 (put there by pip)"]


def test_the_same_version_put_there_again_by_pip_is_one_finding(made, wheelhouse):
    run_pip(
        made, "install", "--no-index", "--find-links", str(wheelhouse.folder), "--force-reinstall", "--no-deps", "beta"
    )
    assert drift_of(made) == ["replaced: beta 2.1 (put there by pip)"]


def test_a_package_that_pip_has_removed_is_missing(made):
    run_pip(made, "uninstall", "--yes", "beta")
    assert drift_of(made) == ["missing: beta 2.1"]


def test_packages_on_pythonpath_are_named(made, tmp_path, monkeypatch):
    info = tmp_path / "elsewhere" / "delta-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: delta\nVersion: 1.0\n")
    monkeypatch.setenv("PYTHONPATH", str(info.parent))
    assert drift_of(made) == ["extra: delta 1.0 (outside of the environment)"]


def test_another_interpreter_beneath_is_named(made, tmp_path):
    """The link is bent to a copy of the Python, with its library and a bit more at its end."""
    python = Path(made.python)
    real = python.resolve()
    other = tmp_path / "other" / "bin" / real.name
    other.parent.mkdir(parents=True)
    shutil.copy2(real, other)
    (tmp_path / "other" / "lib").symlink_to(real.parent.parent / "lib")
    python.unlink()
    python.symlink_to(other)
    findings = drift_of(made)
    assert findings[0] == f"interpreter: {other} isn't the one that the environment was made with ({real})"
    assert f"edited: bin/python: a link to {other}, and was a link to {real}" in findings


def test_an_interpreter_that_was_replaced_in_place_is_named(locked, tmp_path, monkeypatch):
    beneath = tmp_path / "beneath" / "bin" / "python3"
    beneath.parent.mkdir(parents=True)
    real = Path(sys._base_executable).resolve()
    (tmp_path / "beneath" / "lib").symlink_to(real.parent.parent / "lib")
    shutil.copy2(real, beneath)
    monkeypatch.setattr(sys, "_base_executable", str(beneath))
    made = create("base", locked, print)
    if Path(made.python).resolve() != beneath:
        pytest.skip("uv has found the Python behind this copy of it")
    assert drift_of(made) == []
    with beneath.open("ab") as file:
        file.write(b"\0")
    assert drift_of(made) == [f"interpreter: {beneath} has changed since the environment was made"]


def test_an_environment_whose_python_is_gone_is_drift_and_not_an_error(made, locked):
    Path(made.python).unlink()
    assert find(parse_address("base", locked)) == made
    first, second = drift_of(made)
    assert "this Python doesn't start" in first
    assert second == "deleted: bin/python"


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-9], lambda content: content + b" "])
def test_a_damaged_manifest_is_drift_and_says_so(made, damage):
    manifest = Path(made.prefix) / "harness-environment.manifest.json"
    manifest.write_bytes(damage(manifest.read_bytes()))
    assert drift_of(made) == ["manifest: damaged or missing, so that the files can't be compared"]


def test_without_its_manifest_packages_are_compared_still(made, packages):
    (Path(made.prefix) / "harness-environment.manifest.json").unlink()
    shutil.rmtree(packages / "beta-2.1.dist-info")
    assert drift_of(made) == ["manifest: damaged or missing, so that the files can't be compared", "missing: beta 2.1"]


def test_a_changed_lock_in_the_environment_is_drift(made):
    with Path(made.lock_path).open("a") as file:
        file.write("# more\n")
    assert drift_of(made) == [
        f"lock: {made.lock_path} isn't the lock that the environment was made from",
        "edited: harness-environment.lock",
    ]


def test_findings_without_end_are_cut_with_their_number(made, packages):
    for number in range(230):
        (packages / f"extra{number:03}.py").touch()
    verification = verify(made)
    assert (len(verification.findings), verification.unlisted) == (200, 30)


def test_a_drifted_environment_can_be_removed_and_made_anew(made, locked, packages):
    (packages / "sitecustomize.py").touch()
    remove(made)
    assert drift_of(create("base", locked, print)) == []
