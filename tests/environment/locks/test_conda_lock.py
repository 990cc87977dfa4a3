"""A lock of conda packages: written, read back, and refused where it is no lock."""

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform, read_conda_lock, write_conda_lock
from harness.failure import HarnessError

PLATFORMS = ("linux-64", "osx-arm64", "win-64")
words = st.text(string.ascii_lowercase + string.digits + "_.", min_size=1, max_size=8)
names = st.text(string.ascii_lowercase + string.digits + "_.-", min_size=1, max_size=8)
hexes = st.sampled_from("0123456789abcdef")
specs = st.text(string.printable[:95], max_size=12) | st.sampled_from(
    ["", "null", "1e3", "~", ">=1,<2", "it's", "# no"]
)


def package(name, platform="linux-64", *, version="1.0", build="0", subdir="", **others):
    subdir = subdir or platform
    return CondaPackage(**{
        "name": name, "version": version, "build": build, "subdir": subdir, "platform": platform,
        "url": f"https://conda.example/main/{subdir}/{name}-{version}-{build}.conda",
        "sha256": "a" * 64, "md5": "b" * 32, **others,
    })  # fmt: skip


@st.composite
def packages(draw):
    platform = draw(st.sampled_from(PLATFORMS))
    return package(
        draw(names),
        platform,
        version=draw(words),
        build=draw(words),
        subdir=draw(st.sampled_from([platform, "noarch"])),
        sha256="".join(draw(st.lists(hexes, min_size=64, max_size=64))),
        md5="".join(draw(st.lists(hexes, min_size=32, max_size=32))),
        depends=draw(st.dictionaries(names, specs, max_size=3)),
        category=draw(st.sampled_from(["main", "dev"])),
    )


locks = st.builds(
    lambda channels, held, sources: CondaLock(
        channels=tuple(channels),
        platforms=PLATFORMS,
        packages=tuple(sorted(held, key=lambda each: (each.name, each.platform))),
        sources=tuple(sources),
    ),
    st.lists(words, min_size=1, max_size=2),
    st.lists(packages(), max_size=5, unique_by=lambda each: (each.name, each.platform)),
    st.lists(names, max_size=2),
)
LOCK = CondaLock(
    channels=("conda-forge",),
    platforms=PLATFORMS,
    packages=(
        package("alpha", "linux-64", depends={"beta": ">=1,<2", "python": ""}),
        package("alpha", "osx-arm64", subdir="noarch"),
        package("beta", "linux-64"),
    ),
)


@given(locks)
def test_what_is_written_reads_back_equal(lock):
    text = write_conda_lock(lock)
    assert read_conda_lock(text, "x.yml") == lock
    assert write_conda_lock(read_conda_lock(text, "x.yml")) == text


def test_the_order_of_packages_changes_no_byte():
    turned = msgspec.structs.replace(LOCK, packages=LOCK.packages[::-1])
    assert write_conda_lock(turned) == write_conda_lock(LOCK)


def test_a_platform_has_its_own_packages():
    assert [each.name for each in on_platform(LOCK, "linux-64")] == ["alpha", "beta"]
    assert [each.subdir for each in on_platform(LOCK, "osx-arm64")] == ["noarch"]


TEXT = write_conda_lock(LOCK)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (TEXT, "", "x.yml: the lock is empty"),
        (TEXT, "# nothing\n", "x.yml: the lock is empty"),
        (TEXT, "- a\n", "x.yml:1:1: this is no lock of conda packages"),
        (TEXT, "a: [", "x.yml:2:1: this is no YAML"),
        (TEXT, "\0", "this is no YAML"),
        ("version: 1\n", "version: 6\n", "x.yml:2:10: this lock has schema version 6; only version 1"),
        ("version: 1\n", "version: '1.0'\n", "x.yml:2:10: this lock has schema version 1.0; only version 1"),
        ("version: 1\n", "", "this is no lock of conda packages"),
        ("package:\n", "packages:\n", "x.yml:2:1: Object missing required field `package`"),
        (TEXT[TEXT.index("- name: beta"):], "", "x.yml: the lock was edited or cut short"),
        ("version: '1.0'", "version: 1.0", "x.yml:21:12: Expected `str`, got "),
        ("    sha256: 'aaaa", "    sha512: 'aaaa", "Object missing required field `sha256`"),
        ("    md5: 'bbbb", "    md6: 'bbbb", "alpha has no md5"),
        ("'bbbb", "'xbbb", "is no MD5 (32 hex"),
        ("'aaaa", "'aaa", "is no SHA-256 (64 hex"),
        ("manager: conda", "manager: npm", "'npm' installs nothing here"),
        ("  platform: linux-64", "  platform: linux-65", "'linux-65' is none of the lock's platforms (linux-64, "),
        ("url: https://conda.example/main/linux-64/alpha", "url: alpha", "is no address of a conda package"),
        ("/linux-64/alpha", "/win-64/alpha", "'win-64' in the address is neither linux-64 nor noarch"),
        ("/alpha-1.0-0.conda", "/alpha-2.0-0.conda", "alpha-2.0-0.conda is not alpha 1.0"),
        ("- name: beta", "- name: beta\n  name: gamma", "this key stands twice"),
        ("    beta: '>=1,<2'", "    beta: [1]", "Expected `str`, got `array`"),
        ("  dependencies: {}", "  dependencies: 7", "Expected `object`, got `int`"),
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_what_is_no_lock_is_refused_with_its_place(old, new, message):
    assert old in TEXT
    with pytest.raises(HarnessError) as refused:
        read_conda_lock(TEXT.replace(old, new, 1), "x.yml")
    assert message in str(refused.value)
    assert "x.yml" in str(refused.value)


def test_a_package_that_stands_twice_is_named_with_both_places():
    twice = TEXT + TEXT[TEXT.index("- name: beta") :]
    with pytest.raises(HarnessError, match=r"x\.yml:\d+:3: beta stands twice for linux-64; first in x\.yml:\d+:3"):
        read_conda_lock(twice, "x.yml")


@given(st.integers(0, len(TEXT) - 2))
def test_a_lock_that_was_cut_short_is_refused_wherever_something_is_lost(length):
    try:
        lock = read_conda_lock(TEXT[:length], "x.yml")
    except HarnessError:
        return
    assert lock == LOCK  # nothing but a part of the last line is missing, which says nothing


def test_a_lock_that_is_cut_short_within_a_line_is_no_yaml_and_has_a_way_out():
    with pytest.raises(HarnessError, match=r"x\.yml:3:1: this is no YAML: .* Restore it, or remove it and make it"):
        read_conda_lock("version: 1\nmetadata: {", "x.yml")
