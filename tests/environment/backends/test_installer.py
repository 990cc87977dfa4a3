"""What is told when uv fails."""

from harness.environment.backends.installer import InstallerError


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
