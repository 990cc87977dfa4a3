"""Fills a folder with conda packages, as if it lay already where it will lie in the end."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from rattler import PackageCache, PackageCacheLayer, RepoDataRecord, Subdir, ValidationMode
from rattler.install import install

from harness.environment.archives.download import run
from harness.environment.locks.conda_lock import CondaPackage
from harness.failure import HarnessError

# What an installer notes for itself, of places that are gone once it is done.
_PASSING = ("extracted_package_dir", "package_tarball_full_path", "link")


def link(packages: Sequence[CondaPackage], archives: Sequence[Path], folder: Path, prefix: Path) -> None:
    """Put packages into `folder`, which will become `prefix`: what holds its own path gets the latter.

    archives: the file of each package, checked before. Scripts that packages bring for this occasion aren't run.
    Raises HarnessError in rattler's words.
    """
    # A cache of its own, gone afterwards: its files become those of the prefix, and nobody else's (hard links). One
    # that is shared would hand an edit in one environment on to the next.
    unpacked = folder / ".unpacked"
    try:
        run(_install(packages, archives, folder, prefix, unpacked))
    except OSError:
        raise
    except Exception as reason:  # rattler has many, and raises some as bare RuntimeErrors
        if "No space left" in str(reason):
            raise OSError(28, "No space left on device") from reason
        raise HarnessError(f"{prefix}: conda packages couldn't be installed. rattler says: {reason}") from reason
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    (folder / "CACHEDIR.TAG").unlink(missing_ok=True)
    _tidy(folder, packages)


def compile_bytecode(python: Path, folder: Path, prefix: Path, descriptor: int) -> None:
    """Compile what packages brought as source only: else the first probes would, and each run see another start.

    descriptor: stays open as long as that takes. Raises HarnessError if the Python doesn't start.
    """
    command = [str(python), "-IB", "-m", "compileall", "-q", "-j", "0", "-s", str(folder), "-p", str(prefix), "-i", "-"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            input="".join(f"{path}\n" for path in _uncompiled(folder)).encode(),
            capture_output=True,
            pass_fds=(descriptor,),
            check=False,
        )
    except OSError as reason:
        raise HarnessError(f"{prefix}: the Python of this environment doesn't start: {reason.strerror}.") from reason
    if done.returncode not in {0, 1}:  # 1: something in there is no valid source (templates, tests of other versions)
        said = "\n".join(done.stderr.decode(errors="replace").splitlines()[-3:])
        raise HarnessError(f"{prefix}: the Python of this environment doesn't start: {said}")


def _uncompiled(folder: Path) -> Iterator[Path]:
    """Sources without bytecode. What a package brought stays, even if stale: it is in its list of files."""
    for library in folder.glob("lib/python*"):
        compiled = {(path.parent.parent, path.name.partition(".")[0]) for path in library.rglob("__pycache__/*.pyc")}
        yield from (path for path in library.rglob("*.py") if (path.parent, path.stem) not in compiled)


def repoint_scripts(folder: Path, prefix: Path) -> None:
    """Let commands that uv installed start the Python where it ends up."""
    records = list(folder.glob("lib/python*/site-packages/*.dist-info/RECORD"))
    for script in (folder / "bin").iterdir():
        before = b"" if script.is_symlink() or not script.is_file() else script.read_bytes()
        if not before.startswith(b"#!") or bytes(folder) not in before:
            continue
        after = before.replace(bytes(folder), bytes(prefix))
        script.write_bytes(after)
        for record in records:
            text = record.read_text(encoding="utf-8")
            record.write_text(text.replace(_row(before), _row(after)), encoding="utf-8")


def _row(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f",sha256={digest},{len(content)}"


async def _install(
    packages: Sequence[CondaPackage], archives: Sequence[Path], folder: Path, prefix: Path, unpacked: Path
) -> None:
    records = [await RepoDataRecord.from_package_archive(archive) for archive in archives]
    for record, package in zip(records, packages, strict=True):
        # A channel may have mended what a package says that it needs; the order of installing follows it.
        record.depends = [f"{name} {spec}".rstrip() for name, spec in package.depends.items()]
    layer = PackageCacheLayer(unpacked).with_validation_mode(ValidationMode.full())
    await install(
        records,
        folder,
        platform=Subdir(packages[0].platform),
        execute_link_scripts=False,
        show_progress=False,
        alternative_target_prefix=prefix,
        package_cache=PackageCache.from_layers([layer]),
    )


def _tidy(folder: Path, packages: Sequence[CondaPackage]) -> None:
    """What conda's tools read of the prefix: packages come from their channel, not from a file on this machine."""
    by_name = {package.name: package for package in packages}
    for path in (folder / "conda-meta").glob("*.json"):
        said = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
        package = by_name[str(said["name"])]
        channel = package.url.removesuffix(f"/{package.subdir}/{package.url.rpartition('/')[2]}")
        kept = {key: value for key, value in said.items() if key not in _PASSING}
        kept |= {"url": package.url, "channel": channel, "fn": package.file_name, "md5": package.md5}
        path.write_bytes(msgspec.json.format(msgspec.json.encode(kept)))
