"""What the user told pip reaches uv."""

from harness.environment.backends.index import uv_environ, without_addresses


def environ(tmp_path, **variables):
    """An environment that sees no configuration of the machine."""
    return {"XDG_CONFIG_HOME": str(tmp_path), "PIP_CONFIG_FILE": "/dev/null", **variables}


def test_an_index_configured_for_pip_is_passed_on(tmp_path):
    made = uv_environ(
        environ(tmp_path, PIP_INDEX_URL="https://a.invalid/simple", PIP_EXTRA_INDEX_URL="https://b.invalid/simple")
    )
    assert made["UV_DEFAULT_INDEX"] == "https://a.invalid/simple"
    assert made["UV_INDEX"] == "https://b.invalid/simple"
    assert made["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_settings_for_uv_win(tmp_path):
    made = uv_environ(environ(tmp_path, PIP_INDEX_URL="https://a.invalid", UV_INDEX="https://mine.invalid"))
    assert "UV_DEFAULT_INDEX" not in made
    assert made["UV_INDEX"] == "https://mine.invalid"
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").touch()
    assert "UV_DEFAULT_INDEX" not in uv_environ(environ(tmp_path, PIP_INDEX_URL="https://a.invalid"))


def test_a_certificate_is_passed_on_unless_there_is_one(tmp_path):
    assert uv_environ(environ(tmp_path, PIP_CERT="/a.pem"))["SSL_CERT_FILE"] == "/a.pem"
    assert uv_environ(environ(tmp_path, PIP_CERT="/a.pem", SSL_CERT_FILE="/b.pem"))["SSL_CERT_FILE"] == "/b.pem"


def test_folders_that_are_not_there_are_left_out(tmp_path):
    here = tmp_path / "index"
    here.mkdir()
    pip = {"PIP_EXTRA_INDEX_URL": f"file:///no/such {here.as_uri()}", "PIP_FIND_LINKS": f"/no/such {here}"}
    made = uv_environ(environ(tmp_path, **pip))
    assert (made["UV_INDEX"], made["UV_FIND_LINKS"]) == (here.as_uri(), str(here))
    assert "UV_INDEX" not in uv_environ(environ(tmp_path, PIP_EXTRA_INDEX_URL="file:///no/such"))


def test_locks_for_others_are_not_made_from_folders_of_this_machine(tmp_path):
    pip = {"PIP_EXTRA_INDEX_URL": f"https://b.invalid {tmp_path.as_uri()}", "PIP_FIND_LINKS": str(tmp_path)}
    made = uv_environ(environ(tmp_path, **pip), local_sources=False)
    assert made["UV_INDEX"] == "https://b.invalid"
    assert "UV_FIND_LINKS" not in made


def test_a_configuration_file_is_read_as_pip_reads_it(tmp_path):
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "pip.conf").write_text(
        "[global]\nindex-url = https://a.invalid/simple\nextra_index_url =\n  https://b.invalid\n  https://c.invalid\n"
        "[install]\nindex-url = https://install.invalid/simple\n"
    )
    own = tmp_path / "own.conf"
    own.touch()
    made = uv_environ(environ(tmp_path, PIP_CONFIG_FILE=str(own)))
    assert made["UV_DEFAULT_INDEX"] == "https://install.invalid/simple"
    assert made["UV_INDEX"] == "https://b.invalid https://c.invalid"


def test_a_damaged_configuration_file_is_left_to_pip(tmp_path):
    own = tmp_path / "own.conf"
    own.write_text("no section\n")
    assert "UV_DEFAULT_INDEX" not in uv_environ({"XDG_CONFIG_HOME": str(tmp_path), "PIP_CONFIG_FILE": str(own)})


def test_addresses_are_taken_out_of_messages():
    said = "Failed to fetch: `https://user:secret@host.invalid/simple/foo/` (see file:///srv/x), really"
    assert without_addresses(said) == "Failed to fetch: `(address)` (see (address)), really"
