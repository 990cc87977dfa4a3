"""A conda channel in a folder, made on the spot: the running interpreter and locked wheels, repacked as conda packages.

No conda executable and no channel is in reach of a test, and none is needed: an interpreter is its program and its
standard library, and a wheel's files lie in a conda package just as they do in an environment.
"""

from __future__ import annotations

import bz2
import hashlib
import importlib.util
import io
import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import uv
from rattler import Subdir
from rattler_build import FileEntry, assemble_package

from harness.environment.backends.index import uv_environ
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, read_conda_lock, write_conda_lock

from .wheelhouse import Wheelhouse

ROOT = Path(__file__).parents[2]
HERE = str(Subdir.current())
PYTHON_VERSION = platform.python_version()
PYTHON = "python{}.{}".format(*sys.version_info[:2])
# What a real package holds where it wants the prefix: as long as a path can be, so that every prefix fits into it.
PLACEHOLDER = "/opt/placehold" + "_placehold" * 24
# What suites need, and NumPy; with all that these need.
SUITE_WHEELS = ("iniconfig", "packaging", "pluggy", "py-cpuinfo", "pygments", "pytest", "pytest-benchmark")
NUMPY = "numpy"

_NOT_NEEDED = {
    "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "pydoc_data", "distutils", "venv",
    "site-packages", "dist-packages", "EXTERNALLY-MANAGED", "sysconfig.py", "sitecustomize.py", "f2py", "typing",
}  # fmt: skip
_NOT_NEEDED_PATTERN = re.compile(
    r"config-.*|.*\.opt-\d\.pyc|.*\.pyi|.*\.a|_.*test.*\.so|xx.*\.so|(sysconfig|sitecustomize)\..*\.pyc"
)
# Debian's Python keeps packages elsewhere. Its `site` is compiled into the program.
_DEBIANS = ("prefix_scheme = 'posix_local'", "prefix_scheme = 'posix_prefix'")
_SITE = """
import site, sys
place = f"{sys.prefix}/lib/python%d.%d/site-packages" % sys.version_info[:2]
if place not in sys.path:
    site.addsitedir(place)
"""


class Channel:
    """A channel in a folder. `index` writes what it offers; what is in `records` by then may be edited before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: dict[str, dict[str, dict[str, Any]]] = {HERE: {}, "noarch": {}}
        for subdir in self.records:
            (folder / subdir).mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return self.folder.as_uri()

    def add(
        self,
        name: str,
        version: str = "1.0",
        *,
        build: str = "0",
        depends: Sequence[str] = (),
        files: Mapping[str, str | bytes] | None = None,
        subdir: str = HERE,
        noarch: str | None = None,
        entry_points: Sequence[str] = (),
    ) -> Path:
        """Make a small package of the older format (.tar.bz2) by hand.

        files: content by path. Where it holds PLACEHOLDER, the prefix is put in its place: as text in a `str`, as
        binary in `bytes`. entry_points: as "command = module:function", for noarch="python".
        """
        subdir = "noarch" if noarch else subdir
        index = _index(name, version, build, depends, subdir, noarch)
        archive = self._place(index, ".tar.bz2")
        archive.write_bytes(bz2.compress(_tar(index, files or {}, entry_points), 1))
        return self._offer(archive, index)

    def repack(self, index: dict[str, Any], files: Iterable[tuple[Path, str]]) -> Path:
        """Make a package of the newer format (.conda) of files on disk, given with their path in it."""
        made = assemble_package(
            index["name"],
            index["version"],
            index["subdir"],
            index["build"],
            self.folder / index["subdir"],
            files=[FileEntry.from_paths(source, destination) for source, destination in files],
            depends=index["depends"],
            noarch=index.get("noarch"),
            compression_level=1,
            detect_prefix=False,
        )
        return self._offer(made.path, index)

    def take(self, other: Channel, *names: str) -> Channel:
        """Offer packages of another channel too, or all of them, without copying."""
        for subdir, fn, record in other.all():
            if not names or record["name"] in names:
                (self.folder / subdir / fn).hardlink_to(other.folder / subdir / fn)
                self.records[subdir][fn] = dict(record)
        return self

    def index(self) -> Channel:
        """Write what the channel offers, as a real one does."""
        for subdir, records in self.records.items():
            offered = {
                "info": {"subdir": subdir},
                "packages": {fn: record for fn, record in records.items() if fn.endswith(".tar.bz2")},
                "packages.conda": {fn: record for fn, record in records.items() if fn.endswith(".conda")},
                "removed": [],
                "repodata_version": 1,
            }
            (self.folder / subdir).mkdir(parents=True, exist_ok=True)
            (self.folder / subdir / "repodata.json").write_text(json.dumps(offered, indent=1), encoding="utf-8")
        return self

    def archive(self, name: str) -> Path:
        """The only archive of this name."""
        (found,) = [self.folder / subdir / fn for subdir, fn, record in self.all() if record["name"] == name]
        return found

    def all(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Subdir, file name and record of each package."""
        return [(subdir, fn, record) for subdir, records in self.records.items() for fn, record in records.items()]

    def lock(self, path: Path, *names: str, platforms: Sequence[str] = (HERE,)) -> Path:
        """Write a lock (v1) of these packages, or of all, as a solve over the channel would."""
        chosen = [each for each in self.all() if not names or each[2]["name"] in names]
        packages = tuple(self.locked(*each, platform) for platform in platforms for each in chosen)
        lock = CondaLock(channels=(self.url,), platforms=tuple(platforms), packages=packages)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write_conda_lock(lock), encoding="utf-8")
        return path

    def locked(self, subdir: str, fn: str, record: Mapping[str, Any], platform: str) -> CondaPackage:
        """A package as a lock has it."""
        return CondaPackage(
            name=record["name"],
            version=record["version"],
            build=record["build"],
            subdir=subdir,
            platform=platform,
            url=f"{self.url}/{subdir}/{fn}",
            sha256=record["sha256"],
            md5=record["md5"],
            depends={name: spec for name, _, spec in (each.partition(" ") for each in record["depends"])},
        )

    def _place(self, index: Mapping[str, Any], suffix: str) -> Path:
        folder = self.folder / index["subdir"]
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{index['name']}-{index['version']}-{index['build']}{suffix}"

    def _offer(self, archive: Path, index: dict[str, Any]) -> Path:
        content = archive.read_bytes()
        hashes = {"md5": hashlib.md5(content).hexdigest(), "sha256": hashlib.sha256(content).hexdigest()}
        self.records.setdefault(index["subdir"], {})[archive.name] = {**index, **hashes, "size": len(content)}
        return archive


def suite_channel(folder: Path, *wheels: str) -> Channel:
    """A channel with the running interpreter, and all that suites need; further wheels of the base lock by name."""
    channel = Channel(folder / "channel")
    add_python(channel)
    add_wheels(channel, (*SUITE_WHEELS, *wheels), folder / "wheels")
    return channel.index()


def add_python(channel: Channel) -> Path:
    """Repack the interpreter beneath the running one (which may be a virtual environment's).

    A shared library of it stays where the program looks for it, by an absolute path, wherever the program lies.
    """
    library = Path(sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix}))
    staged = channel.folder.parent / "python"
    files = [(file, f"lib/{PYTHON}/{path}") for file, path in _tree(library)]
    files = [(_repeatable(file, staged), path) for file, path in files]
    files += [(staged / "python", f"bin/{name}") for name in ("python", "python3", PYTHON)]
    files += [(path, f"lib/{PYTHON}/{path.name}") for path in _as_released(library, staged)]
    program = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    (staged / "python").write_bytes(program.read_bytes())
    (staged / "python").chmod(0o755)
    depends = [f"__{'glibc' if sys.platform == 'linux' else 'osx'} >=2"]
    return channel.repack(_index("python", PYTHON_VERSION, "0_cpython", depends, HERE, None), files)


def add_wheels(channel: Channel, names: Sequence[str], folder: Path) -> list[Path]:
    """Repack wheels of the base lock; those that are pure Python become `noarch`, with their commands."""
    install_wheels(names, folder)
    made = []
    for distribution in sorted(metadata.distributions(path=[str(folder)]), key=lambda each: each.name):
        index = _wheel_index(distribution, names)
        inside = "site-packages" if index.get("noarch") else f"lib/{PYTHON}/site-packages"
        paths = [str(path) for path in distribution.files or () if not str(path).startswith(("..", "/", "bin/"))]
        kept = [path for path in paths if _needed(Path(path)) and (folder / path).is_file()]
        made.append(channel.repack(index, [(folder / path, f"{inside}/{path}") for path in kept]))
    return made


def install_wheels(names: Sequence[str], folder: Path) -> None:
    """Put wheels of the base lock into a folder, with their hashes checked."""
    wanted = subset(names)
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "wanted.lock.txt").write_text(wanted, encoding="utf-8")
    command = [uv.find_uv_bin(), "--quiet", "pip", "install", "--target", str(folder), "--python", sys.executable,
               "--no-deps", "--require-hashes", "--no-build", "-r", str(folder.parent / "wanted.lock.txt")]  # fmt: skip
    environ = uv_environ(os.environ)
    environ.pop("VIRTUAL_ENV", None)
    subprocess.run(command, check=True, env=environ)


def subset(names: Sequence[str]) -> str:
    """The base lock's lines for some packages: a lock of wheels of its own."""
    text = (ROOT / "envs" / "base.lock.txt").read_text(encoding="utf-8")
    pins = {
        match["name"]: match[0] for match in re.finditer(r"^(?P<name>[\w.-]+)==(?:.*\\\n)*.*\n", text, re.MULTILINE)
    }
    return "".join(pins[name] for name in sorted(names))


def leave_to_pip(path: Path, house: Wheelhouse, *names: str) -> None:
    """Let pip install these wheels in the environment of a conda lock, and no others."""
    lock = read_conda_lock(path.read_text(), str(path))
    left = tuple(
        CondaPackage(
            name=name, version=house.wheels[name][0], build="", subdir="", platform=HERE, manager="pip",
            url=f"https://files.invalid/{name}.whl", sha256=house.wheels[name][1], md5="",
        )
        for name in names
    )  # fmt: skip
    linked = tuple(each for each in lock.packages if each.manager == "conda")
    text = write_conda_lock(CondaLock(channels=lock.channels, platforms=lock.platforms, packages=linked + left))
    path.write_text(text, encoding="utf-8")


def _wheel_index(distribution: metadata.Distribution, among: Sequence[str]) -> dict[str, Any]:
    pure = "Root-Is-Purelib: true" in (distribution.read_text("WHEEL") or "")
    needs = {re.match(r"[\w.-]+", each)[0].lower() for each in distribution.requires or () if "extra ==" not in each}  # type: ignore[index]
    depends = ["python >=3.11" if pure else f"python =={PYTHON_VERSION}", *sorted(needs & {*among})]
    name, build = distribution.name.lower().replace("_", "-"), "pyh0_0" if pure else "py_0"
    return _index(name, distribution.version, build, depends, "noarch" if pure else HERE, "python" if pure else None)


def _index(
    name: str, version: str, build: str, depends: Sequence[str], subdir: str, noarch: str | None
) -> dict[str, Any]:
    index: dict[str, Any] = {"name": name, "version": version, "build": build, "build_number": 0, "subdir": subdir}
    index |= {"depends": list(depends), "timestamp": 1_700_000_000_000}
    return index | ({"noarch": noarch} if noarch else {})


def _tree(folder: Path) -> list[tuple[Path, Path]]:
    """All files of a folder that are needed, and their paths in it."""
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if _needed(Path(each))]
        found += [(Path(root, each), Path(root, each).relative_to(folder)) for each in files if _needed(Path(each))]
    return found


def _needed(path: Path) -> bool:
    return not _NOT_NEEDED.intersection(path.parts) and not _NOT_NEEDED_PATTERN.fullmatch(path.name)


def _as_released(library: Path, staged: Path) -> list[Path]:
    """The modules with which packages are found, and installed, where every Python but Debian's has them."""
    staged.mkdir(parents=True, exist_ok=True)
    sysconfig_text = (library / "sysconfig.py").read_text(encoding="utf-8").replace(*_DEBIANS)
    (staged / "sysconfig.py").write_text(sysconfig_text, encoding="utf-8")
    (staged / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
    return [staged / "sysconfig.py", staged / "sitecustomize.py"]


def _repeatable(file: Path, staged: Path) -> Path:
    """Bytecode that says what it was made of by a hash: packing gives all files one time, which makes it stale."""
    if file.suffix != ".pyc":
        return file
    source = file.parent.parent / f"{file.name.split('.')[0]}.py"
    made = staged / "bytecode" / hashlib.sha256(str(file).encode()).hexdigest()
    made.parent.mkdir(parents=True, exist_ok=True)
    digest = importlib.util.source_hash(source.read_bytes()) if source.is_file() else bytes(8)
    content = file.read_bytes()
    made.write_bytes(content[:4] + (1).to_bytes(4, "little") + digest + content[16:])
    return made


def _tar(index: Mapping[str, Any], files: Mapping[str, str | bytes], entry_points: Sequence[str]) -> bytes:
    contents = {path: content if isinstance(content, bytes) else content.encode() for path, content in files.items()}
    about = {
        "info/index.json": index,
        "info/paths.json": {"paths_version": 1, "paths": [_path(path, files[path]) for path in files]},
    }
    if index.get("noarch") == "python":
        about["info/link.json"] = {
            "noarch": {"type": "python", "entry_points": list(entry_points)},
            "package_metadata_version": 1,
        }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in {**{path: json.dumps(each).encode() for path, each in about.items()}, **contents}.items():
            info = tarfile.TarInfo(path)
            info.size, info.mtime = len(content), 1_700_000_000
            info.mode = 0o755 if path.startswith("bin/") else 0o644
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _path(path: str, written: str | bytes) -> dict[str, Any]:
    content = written if isinstance(written, bytes) else written.encode()
    said = {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(content).hexdigest()}
    if PLACEHOLDER.encode() in content:
        mode = "binary" if isinstance(written, bytes) else "text"
        said |= {"prefix_placeholder": PLACEHOLDER, "file_mode": mode}
    return {**said, "size_in_bytes": len(content)}
