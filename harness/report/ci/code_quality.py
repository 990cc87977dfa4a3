"""Annotations as GitLab's code quality report, which it shows in a merge request."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from harness.report.ci.annotations import Annotation, Weight

_SEVERITIES = {Weight.ERROR: "major", Weight.WARNING: "minor"}


def code_quality(notes: Sequence[Annotation], elsewhere: str) -> list[dict[str, Any]]:
    """The report as JSON values: https://docs.gitlab.com/ci/testing/code_quality/, "Code Quality report format".

    elsewhere: the file of notes that have no place, as an entry has to have one.
    """
    return [
        {
            "description": f"{note.rule}: {note.text}",
            "check_name": f"benchmark: {note.rule}",
            "fingerprint": hashlib.sha256(f"{note.rule}\0{note.subject}".encode()).hexdigest(),
            "severity": _SEVERITIES[note.weight],
            "location": {"path": note.file or elsewhere, "lines": {"begin": note.line}},
        }
        for note in notes
    ]
