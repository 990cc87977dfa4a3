"""Runs rocrate-validator in its own environment, with no network: its one remote file comes from a local copy.

Arguments: the context's file, the crate, and the level of requirements.
"""

import io
import sys
from pathlib import Path

import requests
from rocrate_validator import models, services

CONTEXT = "https://w3id.org/ro/crate/1.3/context"
context, crate, level = sys.argv[1:]


def from_the_local_copy(_adapter, request, **_how):
    if request.url != CONTEXT:
        raise requests.ConnectionError(f"no network in this test: {request.url}")
    response = requests.Response()
    response.status_code, response.url, response.request = 200, request.url, request
    response.headers["Content-Type"] = "application/ld+json"
    response._content = Path(context).read_bytes()
    response.raw = io.BytesIO()
    return response


requests.adapters.HTTPAdapter.send = from_the_local_copy
settings = services.ValidationSettings(
    rocrate_uri=models.URI(crate),
    profile_identifier="ro-crate-1.3",
    requirement_severity=models.Severity[level],
    no_cache=True,
)
result = services.validate(settings)
for issue in result.get_issues():
    print(f"{issue.severity.name} {issue.check.identifier}: {issue.message}")
sys.exit(0 if result.passed() else 1)
