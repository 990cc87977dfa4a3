"""Two censuses and a lock: what differs, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.environment.verification.drift import MOST_FINDINGS, drift, verdict
from harness.environment.verification.manifest import Beneath, Census, CountedFile, CountedPackage
from harness.environment.verification.packages import Package

DIGESTS = st.integers(0, 3).map(lambda number: f"{number:064x}")
PATHS = st.lists(
    st.sampled_from(["a", "lib", "site-packages", "__pycache__", "x.py", "x.cpython-311.pyc", "é"]), min_size=1
)
FILES = st.builds(
    CountedFile,
    content=DIGESTS | st.just("-> a") | st.just("no regular file"),
    size_bytes=st.integers(0, 9),
    owner=st.integers(-1, 3),
    header=st.sampled_from(["", "00"]),
)
PACKAGES = st.builds(
    CountedPackage,
    name=st.sampled_from(["a", "b", "B.c"]),
    version=st.sampled_from(["1", "1.0", "2", ""]),
    manager=st.sampled_from(["conda", "wheel"]),
    record=st.sampled_from(["", "a", "lib/a"]),
)
CENSUSES = st.builds(
    Census,
    files=st.dictionaries(PATHS.map("/".join), FILES),
    packages=st.lists(PACKAGES, max_size=4),
    interpreter=st.none() | st.builds(Beneath, path=st.just("/p"), content=DIGESTS, libraries=st.just({})),
)


def file(content="0" * 64, owner=-1, header=""):
    return CountedFile(content, 1, owner, header)


def census(files, packages=(), interpreter=None):
    return Census(files=files, packages=list(packages), interpreter=interpreter)


@given(CENSUSES)
def test_what_did_not_change_has_no_findings_beyond_its_packages(counted):
    findings = drift([], counted, counted)
    assert not [each for each in findings if each.startswith(("edited", "added", "deleted", "interpreter", "replaced"))]


@given(CENSUSES, CENSUSES)
def test_any_two_can_be_compared_and_each_finding_is_one_line(before, now):
    findings = drift([Package(name="a", version="1")], before, now)
    assert all(finding and "\n" not in finding for finding in findings)


@given(CENSUSES, CENSUSES)
def test_every_source_that_differs_is_named_or_belongs_to_a_package_that_is(before, now):
    findings = drift([], before, now)
    packages = {each.name for each in [*before.packages, *now.packages]}
    for path in before.files.keys() | now.files.keys():
        was, live = before.files.get(path), now.files.get(path)
        differs = was is None or live is None or was.content != live.content
        owners = [each.owner for each in (was, live) if each]
        if differs and "__pycache__" not in path and (not packages or max(owners) < 0):
            assert any(path in finding for finding in findings)


@pytest.mark.parametrize(
    ("was", "live", "told"),
    [
        (file(), file("1" * 64), "edited: x"),
        (file(), None, "deleted: x"),
        (None, file(), "added: x"),
        (file(), file("-> y"), "edited: x: a link to y, and was a file"),
        (file("-> y"), file("-> z"), "edited: x: a link to z, and was a link to y"),
        (file(), file("unreadable: Permission denied"), "edited: x: unreadable: Permission denied, and was a file"),
    ],
)
def test_each_difference_has_its_words(was, live, told):
    before, now = (census({} if each is None else {"x": each}) for each in (was, live))
    assert drift([], before, now) == [told]


@pytest.mark.parametrize(
    "name",
    [
        "x.cpython-311.pyc",
        "x.cpython-311.opt-1.pyc",
        "x.cpython-311-pytest-9.1.1.pyc",
        "x.cpython-311.pyc.140231",
        "x.pypy310.pyc",
        "x.f-12.py311.nbi",
        "x.f-12.py311.1.nbc",
    ],
)
def test_what_is_cached_beside_a_source_is_no_drift(name):
    before = census({"p/x.py": file()})
    assert drift([], before, census({**before.files, f"p/__pycache__/{name}": file()})) == []
    assert drift([], before, census({**before.files, f"p/__pycache__/y{name}": file()})) == [
        f"added: p/__pycache__/y{name}"
    ]
    assert drift([], before, census({**before.files, f"p/{name}": file()})) == [f"added: p/{name}"]


@pytest.mark.parametrize("name", ["x.py", "x.so", "x.txt", ".pyc", "x.pyc.txt"])
def test_nothing_else_hides_in_a_cache(name):
    before = census({"p/x.py": file()})
    assert drift([], before, census({**before.files, f"p/__pycache__/{name}": file()})) == [
        f"added: p/__pycache__/{name}"
    ]


def test_a_library_beneath_that_changed_or_went_is_named():
    was = Beneath(path="/p", content="0" * 64, libraries={"/l": "0" * 64, "/m": "0" * 64})
    live = Beneath(path="/p", content="0" * 64, libraries={"/l": "1" * 64})
    assert drift([], census({}, interpreter=was), census({}, interpreter=live)) == [
        "interpreter: /l has changed since the environment was made",
        "interpreter: /m is gone since the environment was made",
    ]


def test_a_verdict_keeps_the_first_findings_and_counts_the_rest():
    kept = verdict([str(number) for number in range(MOST_FINDINGS + 7)], census({"x": file()}))
    assert (kept.state, len(kept.findings), kept.unlisted, kept.files) == ("drifted", MOST_FINDINGS, 7, 1)
    assert verdict([], census({})).state == "verified"
