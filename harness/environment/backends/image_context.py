"""What an image is built from: the recipe, the locks, the harness itself, and what the user adds to reach packages."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import harness
from harness.environment.backends.index import uv_environ
from harness.environment.provision import Provision
from harness.failure import HarnessError

_PACKAGES = ("harness", "harness_probe")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
_BUNDLE = "ca-bundle.crt"

Say = Callable[[str], None]


def recipe() -> Path:
    """The Dockerfile: in the checkout, or where it was installed to."""
    return _own("Dockerfile", "Dockerfile")


def recipe_digest() -> str:
    """SHA-256 of the recipe, in hex."""
    return hashlib.sha256(recipe().read_bytes()).hexdigest()


def default_base() -> str:
    """The base image that the recipe names."""
    for line in recipe().read_text(encoding="utf-8").splitlines():
        if line.startswith("ARG BASE_IMAGE="):
            return line.partition("=")[2].strip()
    raise HarnessError(f"{recipe()}: no line says 'ARG BASE_IMAGE=', so there is nothing to build on.")


def base_image(provision: Provision) -> str:
    """What to build on: as asked for, as HARNESS_BASE_IMAGE says, or as the recipe does."""
    return provision.base_image or os.environ.get("HARNESS_BASE_IMAGE") or default_base()


def build_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Where packages come from, in pip's words, and through which proxy: for the stage that installs.

    Folders of this machine are left out, because nothing of it is in reach there.
    """
    known = uv_environ(environ, local_sources=False)
    wanted = {
        "PIP_INDEX_URL": known.get("UV_DEFAULT_INDEX") or known.get("UV_INDEX_URL"),
        "PIP_EXTRA_INDEX_URL": known.get("UV_INDEX") or known.get("UV_EXTRA_INDEX_URL"),
        "PIP_TRUSTED_HOST": known.get("UV_INSECURE_HOST"),
        "PIP_DEFAULT_TIMEOUT": environ.get("PIP_DEFAULT_TIMEOUT"),
    }
    proxies = {name: environ.get(name) for name in _PROXIES}
    return {name: value for name, value in (wanted | proxies).items() if value}


def pack(name: str, lock_text: str, provision: Provision) -> IO[bytes]:
    """A tar of all that the recipe copies, in a file without a name.

    Raises HarnessError for a bundle of certificates or a mirror that can't be read.
    """
    packed = tempfile.TemporaryFile()  # noqa: SIM115  (the caller reads and closes it)
    with tarfile.open(fileobj=packed, mode="w") as tar, tempfile.NamedTemporaryFile("w", encoding="utf-8") as lock:
        lock.write(lock_text)
        lock.flush()
        tar.add(recipe(), "Dockerfile", filter=_plain)
        tar.add(_driver_lock(), "envs/driver.lock.txt", filter=_plain)
        tar.add(lock.name, f"envs/{name}.lock.txt", filter=_plain)
        for package in _PACKAGES:
            tar.add(_packages() / package, package, filter=_plain)
        if bundle := _bundle(provision):
            _add(tar, Path(bundle), _BUNDLE)
        if provision.mirror:
            _add(tar, Path(provision.mirror) / "wheels", "mirror/wheels")
    packed.seek(0)
    return packed


def commit_of(folder: Path) -> str:
    """The commit of the checkout that a folder lies in; with '-dirty' if it was changed since; empty outside of one."""
    command = ["git", "-C", str(folder), "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""


def _bundle(provision: Provision) -> str | None:
    """What the user's own tools trust is to be trusted by those that build, too."""
    environ = os.environ
    return provision.ca_bundle or environ.get("HARNESS_CA_BUNDLE") or uv_environ(environ).get("SSL_CERT_FILE")


def _add(tar: tarfile.TarFile, given: Path, name: str) -> None:
    try:
        tar.add(given.expanduser().resolve(), name, filter=_plain)
    except OSError as error:
        raise HarnessError(f"{given}: can't be read: {error.strerror}.") from error


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Without what differs from one checkout to the next, so that the engine sees that nothing has changed."""
    if "__pycache__" in entry.name:
        return None
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


def _driver_lock() -> Path:
    return _own("envs/driver.lock.txt", "driver.lock.txt")


def _own(in_checkout: str, installed: str) -> Path:
    """A file of this project, in the checkout that the harness runs from, or beside this module."""
    for place in (_packages() / in_checkout, Path(__file__).with_name(installed)):
        if place.is_file():
            return place
    raise HarnessError(f"{installed}: this file of the harness is missing. Install the harness again.")


def _packages() -> Path:
    return Path(harness.__file__).parents[1]
