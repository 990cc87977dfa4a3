"""What software a measured process runs on: the part of the fingerprint that only it can tell."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
import sysconfig
from typing import Any, Dict, List

# Variables that change results or speed. An allow-list: the environment may hold secrets.
_SETTINGS = re.compile(
    r"^(OMP|OPENBLAS|MKL|BLIS|VECLIB|GOTO|KMP|NUMBA|NUMEXPR|JOBLIB|SKLEARN|DASK|BENCH|MALLOC|NVPL)_\w+$"
    r"|^PYTHON(HASHSEED|OPTIMIZE|MALLOC|NODEBUGRANGES|DONTWRITEBYTECODE|GIL|JIT|UTF8)$|^LD_PRELOAD$|^LC_ALL$|^LANG$"
)
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|KEY|AUTH|ADDRESS|URL", re.IGNORECASE)


def fingerprint() -> Dict[str, Any]:
    """Python build, libc, number libraries with their threads, settings, and every installed distribution."""
    return {
        "python": {
            "version": platform.python_version(),
            "implementation": platform.python_implementation(),
            "build": list(platform.python_build()),
            "compiler": platform.python_compiler(),
            "flags": _build_flags(sysconfig.get_config_var("CONFIG_ARGS") or ""),
            "platform": sysconfig.get_platform(),
        },
        "libc": " ".join(platform.libc_ver()).strip(),
        "number_libraries": _number_libraries(),
        "settings": settings(os.environ),
        "distributions": distributions(),
    }


def _build_flags(configured: str) -> List[str]:
    """What the interpreter was built with, without where it was built."""
    words = [word.strip("'\"") for word in configured.split()]
    return sorted(word for word in words if word.startswith(("--enable-", "--with-", "--disable-")) and "/" not in word)


def settings(environment: Any) -> Dict[str, str]:
    """The variables of the allow-list, without the hash seed, which each launch draws anew."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if _SETTINGS.match(name) and not _SECRET.search(name) and name != "PYTHONHASHSEED"
    }


def _number_libraries() -> List[Dict[str, Any]]:
    try:
        from threadpoolctl import threadpool_info  # type: ignore[import-untyped]
    except ImportError:
        return []
    kept = ("user_api", "internal_api", "version", "num_threads", "threading_layer", "architecture")
    pools = [{key: pool[key] for key in kept if key in pool} for pool in threadpool_info()]
    return sorted(pools, key=lambda pool: sorted((key, str(value)) for key, value in pool.items()))


def distributions() -> Dict[str, Dict[str, str]]:
    """Every installed distribution by its normalized name, with version and the digest of its RECORD."""
    found: Dict[str, Dict[str, str]] = {}
    for entry in sys.path:
        for folder in _metadata_folders(entry):
            head = _head(os.path.join(folder, "METADATA")) or _head(os.path.join(folder, "PKG-INFO"))
            name = re.sub(r"[-_.]+", "-", head.get("name", "")).lower()
            if name:
                # The first on the path is the one that is imported.
                found.setdefault(name, {"version": head.get("version", ""), "record": _record_digest(folder)})
    return dict(sorted(found.items()))


def _metadata_folders(entry: str) -> List[str]:
    try:
        names = sorted(os.listdir(entry or os.curdir))
    except OSError:
        return []
    return [os.path.join(entry, name) for name in names if name.endswith((".dist-info", ".egg-info"))]


def _head(path: str) -> Dict[str, str]:
    fields: Dict[str, str] = {}
    try:
        with open(path, encoding="utf-8", errors="replace") as metadata:
            for line in metadata:
                name, colon, value = line.partition(":")
                if not colon:
                    break
                fields.setdefault(name.strip().lower(), value.strip())
    except OSError:
        pass
    return fields


def _record_digest(folder: str) -> str:
    """Digest of RECORD without what an installer writes in its own way: caches, scripts, and notes on the install."""
    try:
        with open(os.path.join(folder, "RECORD"), encoding="utf-8") as record:
            lines = [line.strip() for line in record]
    except (OSError, UnicodeDecodeError):
        return ""
    kept = [line for line in lines if line and ".dist-info/" not in line and ".pyc" not in line and "../" not in line]
    return "sha256:" + hashlib.sha256("\n".join(sorted(kept)).encode()).hexdigest()
