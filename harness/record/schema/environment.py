"""Where the measured code ran, and what the run depended on."""

from __future__ import annotations

from typing import Any

from harness.record.schema.value import Value


class Verification(Value, frozen=True, kw_only=True):
    """Whether the live environment is its lock. state: verified, drifted or unlocked.

    findings: in words, the first of them if they are many; unlisted: how many more there are. packages, files: how many
    were compared; None if none were.
    """

    state: str
    findings: list[str] = []
    unlisted: int = 0
    packages: int | None = None
    files: int | None = None

    @property
    def drifted(self) -> bool:
        """Whether it is not its lock."""
        return self.state == "drifted"


class EnvironmentRecord(Value, frozen=True, kw_only=True):
    """Where the measured code ran. kind: wheels, conda, image, python or live. python: its version.

    revision: of the measured code, as it was named behind the address; commit: which one that was. None: the code as
    it lay in the folder. software, code: as in the fingerprint, under their digests; empty in a record's first
    environment, for which the fingerprint has them. image: the engine's id of the image, where it is one.
    uncounted: why instructions can't be counted there; empty where they can, None where nobody asked.
    """

    address: str
    kind: str
    python: str
    lock_digest: str | None
    verification: Verification
    revision: str | None = None
    commit: str | None = None
    image: str | None = None
    software: dict[str, Any] = {}
    software_digest: str = ""
    code: dict[str, Any] = {}
    code_digest: str = ""
    uncounted: str | None = None


class Fingerprint(Value, frozen=True, kw_only=True):
    """What the run depended on, under three digests; `state` is recorded and never hashed."""

    machine: dict[str, Any]
    machine_digest: str
    software: dict[str, Any]
    software_digest: str
    code: dict[str, Any]
    code_digest: str
    state: dict[str, Any]
