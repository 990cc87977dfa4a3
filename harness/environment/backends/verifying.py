"""Whether a prefix that the harness made is what its lock says, down to the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from harness.environment.backends.bytecode import compiled_anew_taken_as_before
from harness.environment.backends.interpreter import Interpreter, ask
from harness.environment.backends.making import read_stamp
from harness.environment.locks.wheel_lock import lock_digest, read_text
from harness.environment.realized import Realized
from harness.environment.verification import manifest
from harness.environment.verification.census import MANIFEST
from harness.environment.verification.drift import drift, verdict
from harness.environment.verification.manifest import Census, CountedPackage
from harness.environment.verification.packages import WHEEL, Names, Package, installed_by_itself
from harness.failure import HarnessError
from harness.record.schema import Verification

Wanted = Callable[[str, Mapping[str, str]], Sequence[Package]]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What an environment holds and says now, and what it held when it was made, where that is known still.

    troubles: findings about its Python.
    """

    now: Census
    before: Census | None
    interpreter: Interpreter | None
    troubles: list[str]


def verify_prefix(realized: Realized, wanted: Wanted) -> Verification:
    """Compare an environment with its lock, and with what lay in it when it was made.

    wanted: from the lock's text and the marker values of the environment's Python, the packages that should be there.
    Raises HarnessError if there is no such environment any more.
    """
    prefix = Path(realized.prefix)
    stamp = read_stamp(prefix)
    if stamp is None:
        raise HarnessError(f"{prefix}: here is no environment that the harness made.")
    with ThreadPoolExecutor(1) as thread:  # the count, while the environment's Python starts
        counting = thread.submit(manifest.take, prefix)
        interpreter, troubles = _asked(realized.python, stamp.python)
        now = counting.result()
    before = _manifest_of(prefix, stamp.manifest)
    if before and interpreter:
        now = compiled_anew_taken_as_before(realized.python, prefix, before, now)
    return judge(realized, wanted, Found(now=now, before=before, interpreter=interpreter, troubles=troubles))


def judge(realized: Realized, wanted: Wanted, found: Found) -> Verification:
    """Compare what was found in an environment with its lock, and with what lay in it when it was made."""
    text, damage = _lock_of(realized)
    now, before, interpreter = found.now, found.before, found.interpreter
    packages = wanted(text, interpreter.markers) if text and interpreter else _installed(before or now)
    findings = drift(packages, before, now, _beyond(now, interpreter))
    return verdict([*damage, *found.troubles, *findings], now)


def other_python(interpreter: Interpreter, made_with: str) -> list[str]:
    """A finding if this isn't the version that an environment was made with."""
    version = interpreter.markers["python_full_version"]
    if version == made_with:
        return []
    return [f"interpreter: Python {version}, and the environment was made with {made_with}"]


def _asked(python: str, made_with: str) -> tuple[Interpreter | None, list[str]]:
    try:
        interpreter = ask(python)
    except HarnessError as reason:
        return None, [f"interpreter: {reason}"]
    return interpreter, other_python(interpreter, made_with)


def _manifest_of(prefix: Path, digest: str) -> Census | None:
    try:
        return manifest.read((prefix / MANIFEST).read_bytes(), digest)
    except OSError:
        return None


def _lock_of(realized: Realized) -> tuple[str, list[str]]:
    try:
        text = read_text(str(realized.lock_path))
    except HarnessError as reason:
        return "", [f"lock: {reason}"]
    if lock_digest(text) != realized.lock_digest:
        return "", [f"lock: {realized.lock_path} isn't the lock that the environment was made from"]
    return text, []


def _installed(census: Census) -> list[Package]:
    """What was there, where what should be there can't be told any more."""
    return [
        Package(name=each.name, version=each.version, build=each.build, manager=each.manager)
        for each in installed_by_itself(census)
    ]


def _beyond(now: Census, interpreter: Interpreter | None) -> list[CountedPackage]:
    """What Python would import and doesn't lie in the environment: PYTHONPATH, the user's own site-packages."""
    names = Names()
    inside = {(names.of(each), each.version) for each in now.packages if each.manager == WHEEL}
    seen = interpreter.installed if interpreter else {}
    return [
        CountedPackage(name=name, version=version, manager=WHEEL)
        for name, version in seen.items()
        if (name, version) not in inside
    ]
