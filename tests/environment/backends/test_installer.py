"""What is told when uv fails."""

import os

from harness.environment.backends.installer import InstallerError, default_index


def test_a_long_list_of_digests_hides_neither_what_failed_nor_why():
    digests = [f"  sha256:{number:064}" for number in range(40)]
    said = "\n".join(
        ["error: Failed to read `alpha`", "  Caused by: Hash mismatch", "Expected:", *digests, "Computed:", digests[0]]
    )
    error = InstallerError("Making it", said)
    assert str(error).splitlines() == [
        "Making it failed. uv says:",
        "error: Failed to read `alpha`",
        "  Caused by: Hash mismatch",
        "Expected:",
        *digests[:3],
        "  ...",
        "Computed:",
        digests[0],
    ]
    assert "Hash mismatch" in error.reason


def test_the_index_that_uv_would_ask_is_told_by_uv_itself():
    plain = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    assert "://" in default_index(plain)
    assert default_index(plain | {"UV_DEFAULT_INDEX": "https://own.example/simple"}) == "https://own.example/simple"
