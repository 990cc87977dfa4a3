"""Which wheels an environment could need, on which platform."""

import pytest

from harness.environment.locks.wheel_lock import Pin
from harness.environment.mirrors.wheel_fit import fits, is_wanted


@pytest.mark.parametrize(
    ("file_name", "platforms"),
    [
        ("a-1-py3-none-any.whl", {"linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64"}),
        ("a-1-py2.py3-none-any.whl", {"linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64"}),
        ("a-1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl", {"linux-64"}),
        ("a-1-cp314-cp314-manylinux2014_aarch64.whl", {"linux-aarch64"}),
        ("a-1-cp36-abi3-macosx_10_9_universal2.whl", {"osx-64", "osx-arm64"}),
        ("a-1-cp312-cp312-macosx_11_0_arm64.whl", {"osx-arm64"}),
        ("a-1-py3-none-win_amd64.whl", {"win-64"}),
        ("a-1-cp313-cp313t-manylinux_2_28_x86_64.whl", set()),
        ("a-1-cp310-cp310-manylinux_2_28_x86_64.whl", set()),
        ("a-1-cp315-cp315-manylinux_2_28_x86_64.whl", set()),
        ("a-1-cp311-cp311-musllinux_1_2_x86_64.whl", set()),
        ("a-1-pp311-pypy311_pp73-manylinux_2_28_x86_64.whl", set()),
        ("a-1-cp311-cp311-win32.whl", set()),
        ("a-1-py2-none-any.whl", set()),
        ("a-1.tar.gz", set()),
        ("no wheel.whl", set()),
    ],
)
def test_a_wheel_fits_where_it_can_be_installed(file_name, platforms):
    every = ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64")
    assert {platform for platform in every if fits(file_name, [platform])} == platforms


@pytest.mark.parametrize(
    ("marker", "platforms", "wanted"),
    [
        ("", ["linux-64"], True),
        ("sys_platform == 'win32'", ["linux-64", "osx-64"], False),
        ("sys_platform == 'win32'", ["linux-64", "win-64"], True),
        ("python_full_version < '3.13'", ["linux-64"], True),
        ("python_version < '3.11'", ["linux-64"], False),
        ("platform_machine == 'aarch64' and sys_platform == 'linux'", ["linux-aarch64"], True),
        ("platform_machine == 'arm64' and sys_platform == 'darwin'", ["osx-64"], False),
    ],
)
def test_a_line_of_a_lock_is_wanted_where_its_marker_holds_in_some_python(marker, platforms, wanted):
    pin = Pin(name="a", version="1", marker=marker, hashes=("sha256:" + "0" * 64,), line=1)
    assert is_wanted(pin, platforms) is wanted
