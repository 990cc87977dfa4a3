"""Package indexes, as users configure them, are asked which files they have."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.environment.mirrors.package_index import files_of, parse_page
from harness.failure import HarnessError

pytestmark = pytest.mark.usefixtures("no_proxy")

DIGEST = "ab" * 32


def page(*files):
    return json.dumps({"meta": {"api-version": "1.1"}, "name": "x", "files": list(files)}).encode()


def file(name, url, **more):
    return {"filename": name, "url": url, "hashes": {"sha256": DIGEST}, **more}


def test_an_index_that_speaks_json_tells_the_sizes(web):
    web.offered["/simple/alpha/"] = page(file("alpha-1-py3-none-any.whl", "../../files/a.whl", size=12))
    (found,) = files_of(["alpha"], {"UV_DEFAULT_INDEX": f"{web.url}/simple"})["alpha"]
    assert (found.file_name, found.sha256, found.size_bytes) == ("alpha-1-py3-none-any.whl", DIGEST, 12)
    assert found.url == f"{web.url}/files/a.whl"
    assert "application/vnd.pypi.simple.v1+json" in {name.lower(): web.headers[name] for name in web.headers}["accept"]


def test_an_index_of_pages_is_read_too():
    html = f'<a href="../f/my%2Bpkg-1-py3-none-any.whl#sha256={DIGEST}">x</a><a href="b.whl">unhashed</a><a>none</a>'
    (found,) = parse_page(html.encode(), "https://host.invalid/simple/my-pkg/")
    assert found.file_name == "my+pkg-1-py3-none-any.whl"
    assert found.url == "https://host.invalid/simple/f/my%2Bpkg-1-py3-none-any.whl"
    assert (found.sha256, found.size_bytes) == (DIGEST, None)


def test_all_indexes_are_asked_and_one_that_has_no_such_project_is_none(web, tmp_path):
    web.offered["/one/beta/"] = page(file("beta-1-py3-none-any.whl", "b.whl"))
    (tmp_path / "beta").mkdir()
    (tmp_path / "beta" / "index.html").write_text(f'<a href="c.whl#sha256={DIGEST}">c</a>')
    environ = {"UV_DEFAULT_INDEX": f"{web.url}/none", "UV_INDEX": f"mine={web.url}/one/ {tmp_path.as_uri()}"}
    assert {each.file_name for each in files_of(["beta"], environ)["beta"]} == {"beta-1-py3-none-any.whl", "c.whl"}


def test_folders_of_wheels_are_looked_at(tmp_path):
    (tmp_path / "my_pkg-1-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "other-1-py3-none-any.whl").write_bytes(b"wheel")
    (found,) = files_of(["my-pkg"], {"UV_NO_INDEX": "1", "UV_FIND_LINKS": f"{tmp_path},/no/such"})["my-pkg"]
    assert (found.file_name, found.size_bytes) == ("my_pkg-1-py3-none-any.whl", 5)


def test_who_may_read_the_index_may_read_its_files_there_and_nowhere_else(web):
    host = web.url.removeprefix("http://")
    web.offered["/private/alpha/"] = page(
        file("a.whl", f"{web.url}/a.whl"), file("b.whl", "https://other.invalid/b.whl")
    )
    index = f"http://user:secret@{host}/private"
    found = files_of(["alpha"], {"UV_DEFAULT_INDEX": index})["alpha"]
    assert [each.url for each in found] == [f"http://user:secret@{host}/a.whl", "https://other.invalid/b.whl"]
    assert web.headers["authorization"] == "Basic " + base64.b64encode(b"user:secret").decode()


def test_an_index_that_is_out_of_reach_is_told_without_its_address():
    with pytest.raises(HarnessError) as refused:
        files_of(["alpha"], {"UV_DEFAULT_INDEX": "http://user:secret@127.0.0.1:9/simple"})
    assert "A package index can't be asked for 'alpha'" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_what_is_no_page_is_refused():
    with pytest.raises(HarnessError, match="answers in a form that isn't understood"):
        parse_page(b'{"files": 3}', "https://host.invalid/")
    assert parse_page(b"", "https://host.invalid/") == []


@given(st.binary(max_size=200))
def test_any_bytes_are_a_page_or_are_refused(content):
    try:
        files = parse_page(content, "https://host.invalid/")
    except HarnessError:
        return
    assert all("/" not in each.file_name for each in files)
