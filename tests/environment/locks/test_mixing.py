"""Mixes of two locks: which packages differ, and which of them only move together."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.environment.locks.conda_lock import CondaPackage, read_conda_lock
from harness.environment.locks.conda_mixing import conda_end, conda_fits, conda_text, same_archive
from harness.environment.locks.mixing import End, differing, mixed, needs_of
from harness.environment.locks.wheel_lock import read
from harness.environment.locks.wheel_mixing import same_wheel, wheel_end, wheel_fits, wheel_text

MARKERS = {"python_version": "3.12", "sys_platform": "linux"}


def pin(name, version, marker=""):
    digest = f"{abs(hash((name, version))):064x}"[:64]
    return f"{name}=={version}{f' ; {marker}' if marker else ''} --hash=sha256:{digest}\n"


def end(versions, needs=None):
    text = "".join(pin(name, version) for name, version in versions.items())
    return wheel_end(text, "lock", needs or {}, MARKERS)


def needs(good, bad):
    return needs_of(good, bad, differing(good, bad, same_wheel), wheel_fits)


def test_a_package_that_wants_another_ones_new_version_brings_it_along():
    good = end({"numba": "0.63", "numpy": "2.3"}, {"numba": ["numpy<2.4"]})
    bad = end({"numba": "0.65", "numpy": "2.4"}, {"numba": ["numpy>=2.2"]})
    assert needs(good, bad) == {"numba": frozenset(), "numpy": {"numba"}}


def test_two_that_want_each_others_version_only_move_together():
    good = end({"numba": "0.63", "llvmlite": "0.46"}, {"numba": ["llvmlite<0.47,>=0.46"]})
    bad = end({"numba": "0.65", "llvmlite": "0.47"}, {"numba": ["llvmlite<0.48,>=0.47"]})
    assert needs(good, bad) == {"numba": {"llvmlite"}, "llvmlite": {"numba"}}


def test_a_package_that_only_one_lock_has_comes_and_goes_with_those_that_need_it():
    good = end({"pandas": "2", "pytz": "1"}, {"pandas": ["pytz>=1"]})
    bad = end({"pandas": "3", "tzdata": "1"}, {"pandas": ["tzdata"]})
    assert needs(good, bad) == {"pandas": {"tzdata"}, "pytz": {"pandas"}, "tzdata": frozenset()}


def test_requirements_for_other_machines_and_of_extras_that_nobody_asks_for_count_nothing():
    stated = {"a": ["b>=2; sys_platform == 'win32'", "b>=2; extra == 'fast'"]}
    assert needs(end({"a": "1", "b": "1"}), end({"a": "2", "b": "2"}, stated))["a"] == frozenset()


def test_requirements_of_an_extra_that_is_asked_for_count():
    stated = {"a": ["b>=2; extra == 'fast'"], "c": ["a[fast]"]}
    assert needs(end({"a": "1", "b": "1", "c": "1"}), end({"a": "2", "b": "2", "c": "1"}, stated))["a"] == {"b"}


def test_what_a_lock_does_not_satisfy_itself_is_no_reason():
    assert needs(end({"a": "1", "b": "1"}), end({"a": "2", "b": "2"}, {"a": ["b>=3", "c", "==="]}))["a"] == frozenset()


def test_a_lock_to_which_an_index_added_wheels_does_not_differ():
    first, second = "a" * 64, "b" * 64
    one = wheel_end(f"a==1 --hash=sha256:{first}\n", "lock", {}, MARKERS)
    more = wheel_end(f"a==1 --hash=sha256:{first} --hash=sha256:{second}\n", "lock", {}, MARKERS)
    other = wheel_end(f"a==1 --hash=sha256:{second}\n", "lock", {}, MARKERS)
    assert differing(one, more, same_wheel) == []
    assert differing(one, other, same_wheel) == ["a"]


def test_lines_for_other_pythons_are_no_part_of_a_mix():
    lock = wheel_end(pin("a", "1", "python_version < '3.12'") + pin("a", "2", "python_version >= '3.12'"), "lock", {},
                     MARKERS)  # fmt: skip
    text = wheel_text(mixed(lock, end({"b": "1"}), ["b"]))
    assert [(each.name, each.version, each.marker) for each in read(text, "mix")] == [("a", "2", ""), ("b", "1", "")]


@st.composite
def locks(draw):
    """Two consistent locks: versions 1 and 2, of which each package of a lock wants some as they are there."""
    names = [f"p{number}" for number in range(draw(st.integers(1, 5)))]

    def lock(version):
        held = {name: version for name in names if draw(st.integers(0, 4))}
        bounds = st.sampled_from([f"=={version}", ">=1", f">={version}", f"<={version}"])
        stated = {
            name: [f"{other}{draw(bounds)}" for other in sorted(held) if other != name and draw(st.integers(0, 2)) == 0]
            for name in held
        }
        return end(held, stated)

    return lock("1"), lock("2")


def solves(good, bad, taken):
    """Whether a mix has all that its packages need: literally."""
    held = {each.name: each for each in mixed(good, bad, taken)}
    return all(
        needed in held and wheel_fits(held[needed], spec)
        for name, item in held.items()
        for needed, spec in (bad if item is bad.items.get(name) else good).needs.get(name, ())
    )


@settings(deadline=None)
@given(locks())
def test_the_mixes_that_solve_are_those_that_are_closed_under_needs(both):
    good, bad = both
    changed = differing(good, bad, same_wheel)
    wanted = needs(good, bad)
    for size in range(len(changed) + 1):
        for taken in itertools.combinations(changed, size):
            closed = all(wanted[name] <= set(taken) for name in taken)
            assert solves(good, bad, taken) == closed


def conda(name, version, build="0", manager="conda", **depends):
    file = f"{name}-{version}-{build}.conda" if manager == "conda" else f"{name}-{version}-py3-none-any.whl"
    return CondaPackage(
        name=name, version=version, build=build if manager == "conda" else "",
        subdir="linux-64" if manager == "conda" else "", platform="linux-64",
        url=f"https://channel.example/linux-64/{file}", sha256=f"{abs(hash((name, version, build))):064x}"[:64],
        md5="0" * 32, depends={name.replace("_", "-"): spec for name, spec in depends.items()}, manager=manager,
    )  # fmt: skip


def test_conda_packages_follow_condas_rules_and_a_mix_is_a_lock_again():
    good = conda_end([conda("python", "3.12", "a"), conda("numba", "1", numpy="2.3.*", __glibc=">=2"),
                      conda("numpy", "2.3"), conda("wheelish", "1", manager="pip", Numpy=">=2")])  # fmt: skip
    bad = conda_end([conda("python", "3.12", "b"), conda("numba", "2", numpy=">=2.4,<3"), conda("numpy", "2.4"),
                     conda("wheelish", "2", manager="pip", Numpy=">=2.4")])  # fmt: skip
    changed = differing(good, bad, same_archive)
    assert changed == ["numba", "numpy", "python", "wheelish"]
    wanted = needs_of(good, bad, changed, conda_fits)
    assert wanted == {"numba": {"numpy"}, "numpy": {"numba"}, "python": frozenset(), "wheelish": {"numpy"}}
    empty = read_conda_lock("version: 1\nmetadata:\n  channels: []\n  platforms: [linux-64]\npackage: []\n", "empty")
    text = conda_text(mixed(good, bad, ["python"]), empty, empty, "linux-64")
    read_back = read_conda_lock(text, "mix")
    assert {each.name: (each.version, each.build) for each in read_back.packages}["python"] == ("3.12", "b")
    assert {each.name: each.version for each in read_back.packages}["numba"] == "1"


def test_ends_may_be_empty():
    assert mixed(End(items={}, needs={}), End(items={}, needs={}), []) == []
