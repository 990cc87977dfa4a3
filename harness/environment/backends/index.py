"""Where packages come from: what the user told pip, in the words that uv reads.

uv reads no pip configuration, and a machine behind a mirror is usually configured for pip. The noxfile loads this file
by its path before anything is installed, so it imports the standard library only.
Addresses may hold credentials: they go into a child's environment, and never into a message or a file.
"""

from __future__ import annotations

import configparser
import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

_ADDRESS = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s`'\"<>)\]]+")
_UV_SOURCES = ("DEFAULT_INDEX", "INDEX_URL", "INDEX", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "CONFIG_FILE")


def uv_environ(environ: Mapping[str, str], *, local_sources: bool = True) -> dict[str, str]:
    """The environment for uv: `environ`, and pip's settings where the user has none for uv.

    local_sources: False leaves out folders of this machine, for locks that others are to install from.
    """
    settings = _pip_settings(environ)
    added: dict[str, str] = {}
    if "cert" in settings and not environ.get("SSL_CERT_FILE"):
        added["SSL_CERT_FILE"] = settings["cert"]
    if "trusted-host" in settings:
        added.setdefault("UV_INSECURE_HOST", " ".join(settings["trusted-host"].split()))
    if not _configured_for_uv(environ):
        added.update(_sources(settings, local_sources))
    return {**environ, **{name: value for name, value in added.items() if name not in environ or not environ[name]}}


def without_addresses(text: str) -> str:
    """A message without the addresses in it."""
    return _ADDRESS.sub("(address)", text)


def _configured_for_uv(environ: Mapping[str, str]) -> bool:
    if any(environ.get(f"UV_{name}") for name in _UV_SOURCES):
        return True
    home = environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
    return any(path.is_file() for path in (Path(home, "uv", "uv.toml"), Path("/etc/uv/uv.toml")))


def _sources(settings: Mapping[str, str], local_sources: bool) -> dict[str, str]:
    wanted: dict[str, str] = {}
    if settings.get("index-url"):
        wanted["UV_DEFAULT_INDEX"] = settings["index-url"]
    extra = [each for each in settings.get("extra-index-url", "").split() if _usable(each, local_sources)]
    if extra:
        wanted["UV_INDEX"] = " ".join(extra)
        # pip looks at all indexes; uv would stop at the first one that knows a name, whatever its versions.
        wanted["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    links = [each for each in _split_paths(settings.get("find-links", "")) if _usable(each, local_sources)]
    if links:
        wanted["UV_FIND_LINKS"] = ",".join(links)
    if settings.get("no-index", "").lower() in {"1", "true", "yes", "on"} and local_sources:
        wanted["UV_NO_INDEX"] = "1"
    return wanted


def _split_paths(value: str) -> list[str]:
    return shlex.split(value, posix=os.name == "posix")


def _usable(address: str, local_sources: bool) -> bool:
    """A folder that isn't there is nothing to pip, and an error to uv."""
    parts = urlsplit(address)
    if parts.scheme in {"http", "https"}:
        return True
    if not local_sources:
        return False
    path = url2pathname(parts.path) if parts.scheme == "file" else address
    return os.path.exists(os.path.expanduser(path))  # noqa: PTH110, PTH111


def _pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of pip by their long names; later files win, and the environment over all, as in pip."""
    settings: dict[str, str] = {}
    for path in _pip_files(environ):
        settings.update(_read(path))
    for variable, value in environ.items():
        if variable.startswith("PIP_") and value:
            settings[variable[4:].lower().replace("_", "-")] = value
    return settings


def _pip_files(environ: Mapping[str, str]) -> list[Path]:
    chosen = environ.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:
        return []
    home = Path(os.path.expanduser("~"))  # noqa: PTH111
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    system = [Path(each, "pip", "pip.conf") for each in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")]
    user = [home / ".pip" / "pip.conf", config / "pip" / "pip.conf"]
    if sys.platform == "darwin":
        system = [Path("/Library/Application Support/pip/pip.conf")]
        user.append(home / "Library" / "Application Support" / "pip" / "pip.conf")
    files = [*system, Path("/etc/pip.conf"), *user, Path(sys.prefix, "pip.conf")]
    if chosen:
        files.append(Path(chosen))
    return files


def _read(path: Path) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (OSError, configparser.Error, UnicodeDecodeError):
        return {}  # pip itself will say what is wrong with its file
    settings: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            settings.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    return settings
