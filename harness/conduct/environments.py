"""What the environments of a run are, as their records tell it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from harness.conduct.scan import Scanned
from harness.conduct.site import Site, faults_at
from harness.environment import verify
from harness.machine.code import code
from harness.machine.digest import digest
from harness.machine.identity import machine
from harness.machine.state import state
from harness.record.schema import EnvironmentRecord, Fingerprint, Plan


def environments(sites: Sequence[Site], scans: Sequence[Scanned], plan: Plan) -> list[EnvironmentRecord]:
    """Each site's environment with its software and code, verified. scans: what a probe at each site told.

    Raises HarnessError, of several sites SiteFault.
    """
    if len(sites) == 1:
        return [_environment(sites[0], scans[0], plan)]
    found = []
    for site, scanned in zip(sites, scans, strict=True):
        with faults_at(site):
            found.append(_environment(site, scanned, plan))
    return found


def fingerprint(environment: EnvironmentRecord) -> Fingerprint:
    """What a run in this environment depends on: its software and code, and this machine."""
    machine_fields = machine()
    return Fingerprint(
        machine=machine_fields,
        machine_digest=digest(machine_fields),
        software=environment.software,
        software_digest=environment.software_digest,
        code=environment.code,
        code_digest=environment.code_digest,
        state=state(),
    )


def bare(environment: EnvironmentRecord) -> EnvironmentRecord:
    """An environment without what the fingerprint of its run has anyway."""
    return msgspec.structs.replace(environment, software={}, software_digest="", code={}, code_digest="")


def _environment(site: Site, scanned: Scanned, plan: Plan) -> EnvironmentRecord:
    software = {**scanned.software, "lock": site.realized.lock_digest}
    code_fields = {**code(site.paths(plan.paths), site.folder), "scale": plan.scale}
    return EnvironmentRecord(
        address=site.address,
        kind=str(site.realized.kind),
        python=scanned.software["python"]["version"],
        lock_digest=site.realized.lock_digest,
        verification=verify(site.realized),
        revision=site.revision,
        commit=site.checkout.commit if site.checkout and site.revision else None,
        image=site.realized.image,
        software=software,
        software_digest=digest(software),
        code=code_fields,
        code_digest=digest(code_fields),
        uncounted=scanned.uncounted,
    )
