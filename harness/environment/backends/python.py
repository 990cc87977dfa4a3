"""Backend for environments that are there already: a Python given by its path, or the driver's own (`live`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from harness.environment.address import Address, Kind
from harness.environment.backends import making
from harness.environment.backends.interpreter import Interpreter, ask
from harness.environment.processes.process import spawn
from harness.environment.provision import Provision
from harness.environment.realized import Realized
from harness.environment.verification.drift import UNLOCKED
from harness.failure import HarnessError
from harness.record.schema import Verification

__all__ = ["create", "find", "remove", "spawn", "verify"]

OLDEST_PYTHON = (3, 7)
NEEDED = ("pytest", "pytest-benchmark")


def create(address: Address, provision: Provision, progress: Callable[[str], None]) -> Realized:  # noqa: ARG001
    """Check that this Python starts and can run suites; nothing is installed into it.

    The path of an environment that the harness made is that environment, with its lock.
    Raises HarnessError if it doesn't start, is too old, or lacks pytest or pytest-benchmark.
    """
    if provision.prefix or provision.mirror:
        raise HarnessError(f"{address.text}: it is there already, and nothing is made (--prefix, --mirror).")
    made = _made(address)
    if made:
        return made
    interpreter = ask(str(address.python))
    _refuse_what_cannot_run_suites(str(address.python), interpreter)
    return _there(address, interpreter)


def find(address: Address, provision: Provision) -> Realized | None:  # noqa: ARG001
    """It is there already, whether suites could run in it or not. Raises HarnessError if it doesn't start."""
    return _made(address) or _there(address, ask(str(address.python)))


def verify(realized: Realized) -> Verification:  # noqa: ARG001
    """Always unlocked: no lock says what such an environment should hold."""
    return UNLOCKED


def remove(realized: Realized) -> None:
    """Refuse: the harness removes only what it made."""
    raise HarnessError(f"{realized.address}: the harness didn't make this environment, so it doesn't remove it.")


def _made(address: Address) -> Realized | None:
    """One that the harness made."""
    prefix = Path(str(address.python)).parent.parent
    stamp = making.read_stamp(prefix) if address.kind is Kind.PYTHON else None
    return making.realized(prefix, stamp, address.text) if stamp else None


def _there(address: Address, interpreter: Interpreter) -> Realized:
    return Realized(address=address.text, kind=address.kind, python=str(address.python), prefix=interpreter.prefix)


def _refuse_what_cannot_run_suites(python: str, interpreter: Interpreter) -> None:
    if interpreter.version < OLDEST_PYTHON:
        raise HarnessError(
            f"{python}: this is Python {interpreter.markers['python_version']}; "
            f"suites are measured from Python {'.'.join(map(str, OLDEST_PYTHON))} on."
        )
    lacking = [name for name in NEEDED if name not in interpreter.installed]
    if lacking:
        raise HarnessError(
            f"{python}: this environment has no {' and no '.join(lacking)}.\n"
            f"Install what suites need: {python} -m pip install {' '.join(NEEDED)}"
        )
