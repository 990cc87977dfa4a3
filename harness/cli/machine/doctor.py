"""`harness machine doctor`: is this machine fit to measure?"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import click

from harness.cli.codes import BROKEN_POLICY
from harness.cli.output import print_json
from harness.cli.terminal import show as print_for_people
from harness.cli.terminal import tell
from harness.environment import Command, Guard, Realized, spawn
from harness.environment import create as realize
from harness.failure import HarnessError
from harness.machine.cores import available
from harness.machine.doctor import (
    PROGRAM,
    WORKERS_PROGRAM,
    admit,
    examine,
    measure,
    read_pools,
    read_workers,
)
from harness.machine.lock import hold
from harness.machine.thread_settings import THREAD_SETTINGS
from harness.report.checkup import CheckupTable

_TIMEOUT_S = 120.0


@click.command(short_help="Is this machine fit to measure?")
@click.option(
    "--env", "address", metavar="ADDRESS", help="Ask the number libraries of this environment for their threads too."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def doctor(address: str | None, as_json: bool) -> int:
    """Examine this machine: is it fit to measure, what disturbs, what does that cost, and what to do?

    Takes some three seconds, in which files are read, others are watched, and short loops are timed. Changes nothing.
    What can't be told is unknown. docs/doctor.md explains each check.

    \b
    Exit codes: 0 no check is bad; 1 one is, which is a matter of policy; 2 misuse.
    """  # noqa: D301 - click wants the character itself
    cores = available()
    realized = realize(address, Path.cwd(), tell) if address else None
    tell("harness: measuring for some seconds")
    with hold():
        told = _told(realized, cores)
        measured = measure(cores)
    checkup = examine(admit(measured=measured, **told))
    if as_json:
        print_json(checkup)
    else:
        print_for_people(CheckupTable(checkup))
    return 0 if checkup.fit else BROKEN_POLICY


def _told(realized: Realized | None, cores: list[int]) -> dict[str, Any]:
    """What only an environment tells: what its libraries do in a run, which sets their threads, and from this shell."""
    from harness.conduct.counting import uncounted_here  # conducting takes longer to import than all that is read here
    from harness.conduct.software import describe

    if realized is None:
        return {"uncounted": uncounted_here()}
    with tempfile.TemporaryDirectory(prefix="harness-") as room:
        described = describe(realized, Path(room))
        return {
            "software": described.software,
            "uncounted": described.uncounted,
            "pools": read_pools(_said(realized, Path(room), PROGRAM, cores), len(cores)),
            "workers": read_workers(_said(realized, Path(room), WORKERS_PROGRAM, cores)),
        }


def _said(realized: Realized, room: Path, program: Path, cores: list[int]) -> bytes:
    """What one of the doctor's programs prints in the environment, with this shell's settings of threads."""
    command = Command(
        arguments=(str(program), str(len(cores))),
        settings={name: os.environ[name] for name in THREAD_SETTINGS if name in os.environ},
        folder=Path.cwd(),
        log=room / f"{program.stem}.log",
        reads=(program.parent, Path.cwd()),
        writes=(room,),
        cores=tuple(cores),
    )
    guard = Guard()
    try:
        process = spawn(realized, command, guard)
        try:
            if process.wait(_TIMEOUT_S) is None:
                raise HarnessError(f"{realized.python}: no answer about its number libraries in {_TIMEOUT_S:.0f} s.")
            return process.stdout.read()
        finally:
            process.kill()
    finally:
        guard.close()
