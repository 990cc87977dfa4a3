"""What a conda environment takes from an index of wheels."""

import pytest

from harness.environment import Wish, make_locks
from harness.environment.locks.conda_lock import on_platform, read_conda_lock
from harness.environment.locks.pip_part import _fits, _without_login
from harness.failure import HarnessError

from .offers import Offers

HEAD = "name: x\nchannels: [main]\nplatforms: [linux-64, osx-arm64]\ndependencies:\n  - python >=3.11\n  - alpha\n"


@pytest.fixture
def declared(tmp_path, project, wheelhouse):
    """A project whose beta is only to be had as a wheel, and needs alpha, which conda has, and gamma."""
    Offers(tmp_path / "channel").add("python", "3.12.1").add("alpha", "1.0")
    for version in ("1.0", "2.0"):
        wheelhouse.add("alpha", version)
        wheelhouse.add("gamma", version)
    wheelhouse.add("beta", "1.0", needs=("alpha", "gamma"))
    (project / "environment.yml").write_text(f"{HEAD}  - pip: [beta]\n")
    return project


def lock(project, update=()):
    wish = Wish(channels=(str(project.parent / "channel"),), update=update)
    return make_locks(project, wish=wish, progress=lambda _line: None)


def wheels(project, platform="linux-64"):
    packages = on_platform(read_conda_lock((project / "conda-lock.yml").read_text(), "x"), platform)
    return {package.name: package for package in packages if package.manager == "pip"}


def test_what_only_wheels_offer_is_locked_beside_the_conda_packages_of_each_platform(declared):
    lock(declared)
    for platform in ("linux-64", "osx-arm64"):
        found = wheels(declared, platform)
        assert {name: package.version for name, package in found.items()} == {"beta": "1.0", "gamma": "2.0"}
        assert found["beta"].depends == {"alpha": "", "gamma": ""}
        assert found["beta"].url.endswith("/beta-1.0-py3-none-any.whl")
    assert (
        (declared / "binder" / "environment.yml").read_text().endswith("  - pip:\n    - beta==1.0\n    - gamma==2.0\n")
    )
    text = (declared / "envs" / "base.lock.txt").read_text()
    assert [line.split()[0] for line in text.splitlines() if "==" in line] == ["alpha==1.0", "beta==1.0", "gamma==2.0"]


def test_twice_gives_the_same_bytes_and_only_an_update_takes_what_is_newer(declared, wheelhouse):
    lock(declared)
    wheelhouse.add("gamma", "3.0")
    assert not any(each.changed for each in lock(declared))
    lock(declared, update=("gamma",))
    assert wheels(declared)["gamma"].version == "3.0"


def test_what_does_not_go_with_the_conda_packages_is_said_with_its_line(declared, wheelhouse):
    wheelhouse.add("delta", "1.0", needs=("alpha>=2",))
    (declared / "environment.yml").write_text(f"{HEAD}  - pip: [delta]\n")
    with pytest.raises(HarnessError, match=r"environment\.yml:7:11: Locking the `pip:` part(.|\n)*delta"):
        lock(declared)
    assert not (declared / "conda-lock.yml").exists()


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ("py3-none-any", True),
        ("py2.py3-none-any", True),
        ("cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", True),
        ("cp39-abi3-manylinux_2_28_x86_64", True),
        ("cp313-abi3-manylinux_2_28_x86_64", False),
        ("cp311-cp311-manylinux_2_17_x86_64", False),
        ("cp312-cp312t-manylinux_2_17_x86_64", False),
        ("cp312-cp312-manylinux_2_34_x86_64", False),
        ("cp312-cp312-musllinux_1_2_x86_64", False),
        ("cp312-cp312-manylinux_2_17_aarch64", False),
        ("cp312-cp312-macosx_11_0_arm64", False),
        ("pp310-pypy310_pp73-manylinux_2_17_x86_64", False),
    ],
)
def test_a_wheel_fits_a_platform_and_a_python(tags, fits):
    assert _fits(f"x-1.0-{tags}.whl", "linux-64", "3.12") is fits


def test_macs_take_universal_wheels_for_systems_that_are_old_enough():
    assert _fits("x-1-cp312-cp312-macosx_10_13_universal2.whl", "osx-arm64", "3.12")
    assert not _fits("x-1-cp312-cp312-macosx_14_0_arm64.whl", "osx-arm64", "3.12")
    assert not _fits("x-1.whl", "osx-arm64", "3.12")


def test_a_login_never_stays_in_an_address():
    assert _without_login("https://me:secret@own.example/x-1.whl") == "https://own.example/x-1.whl"
