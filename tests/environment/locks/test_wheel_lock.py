"""Locks of wheels, read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from harness.environment.locks.wheel_lock import lock_digest, pins, read, read_text
from harness.failure import HarnessError

HASH = "--hash=sha256:" + "0" * 64
LINUX = {"sys_platform": "linux", "python_full_version": "3.11.7"}

NAMES = st.from_regex(r"[A-Za-z]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
VERSIONS = st.from_regex(
    r"(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){0,3}((a|b|rc)[1-9])?(\.post[1-9])?", fullmatch=True
)
DIGESTS = st.lists(st.from_regex(r"[0-9a-f]{64}", fullmatch=True), min_size=1, max_size=3)
LOCKS = st.lists(st.tuples(NAMES, VERSIONS, DIGESTS), max_size=8, unique_by=lambda pin: canonicalize_name(pin[0]))


@given(LOCKS, st.booleans())
def test_what_is_written_is_read_again(lock, on_one_line):
    glue = " " if on_one_line else " \\\n    "
    text = "".join(
        glue.join([f"{name}=={version}", *(f"--hash=sha256:{digest}" for digest in digests)]) + "\n"
        for name, version, digests in lock
    )
    assert pins(text, LINUX) == {canonicalize_name(name): version for name, version, _digests in lock}
    assert [pin.hashes for pin in read(text, "lock")] == [
        tuple(f"sha256:{digest}" for digest in digests) for _name, _version, digests in lock
    ]


def test_markers_choose_and_comments_do_not_count():
    text = (
        "# made by a test\n\n"
        f"colorama==0.4.6 ; sys_platform == 'win32' \\\n    {HASH}\n"
        f"zipp==3.0 ; python_full_version < '3.12' {HASH}  # a comment\n"
        f"Foo_Bar[extra]==1.0 \\\n    {HASH} \\\n    {HASH}\n    # via nothing\n"
    )
    assert pins(text, LINUX) == {"zipp": "3.0", "foo-bar": "1.0"}
    assert pins(text, LINUX | {"sys_platform": "win32"}) == {"colorama": "0.4.6", "zipp": "3.0", "foo-bar": "1.0"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("this is no requirement", "envs/x.lock.txt:2: 'this is no requirement' is no requirement"),
        (f"foo>=1.0 {HASH}", "envs/x.lock.txt:2: 'foo>=1.0' is no exact version"),
        (f"foo==1.* {HASH}", "no exact version"),
        (f"foo {HASH}", "no exact version"),
        (f"foo @ https://example.invalid/foo.whl {HASH}", "no exact version"),
        ("foo==1.0", "envs/x.lock.txt:2: foo has no SHA-256"),
        ("foo==1.0 --hash=md5:" + "0" * 32, "foo has no SHA-256"),
        ("foo==1.0 --hash=sha256:abc", "foo has no SHA-256"),
        ("--index-url https://example.invalid/simple", "envs/x.lock.txt:2: '--index-url' is an option"),
        ("foo==1.0 \\", "envs/x.lock.txt:2: foo has no SHA-256"),
    ],
)
def test_a_line_that_is_no_pin_is_refused_with_its_place(line, message):
    with pytest.raises(HarnessError) as refused:
        read(f"bar==1.0 {HASH}\n{line}\n", "envs/x.lock.txt")
    assert message in str(refused.value)


def test_two_lines_that_disagree_are_named():
    text = f"foo==1.0 {HASH}\nfoo==2.0 ; sys_platform == 'linux' {HASH}\n"
    with pytest.raises(HarnessError, match=r"lock:2: foo 2\.0 here, and 1\.0 in line 1"):
        pins(text, LINUX)
    assert pins(text, LINUX | {"sys_platform": "darwin"}) == {"foo": "1.0"}


def test_line_ends_do_not_change_the_digest(tmp_path):
    unix, windows = tmp_path / "unix", tmp_path / "windows"
    unix.write_bytes(b"foo==1.0\nbar==2.0\n")
    windows.write_bytes(b"foo==1.0\r\nbar==2.0\r\n")
    assert lock_digest(read_text(str(unix))) == lock_digest(read_text(str(windows)))
