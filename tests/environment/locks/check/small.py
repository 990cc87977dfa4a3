"""A small project that is consistent: two platforms, a few packages, both kinds of locks, and all that is generated."""

from pathlib import Path

import msgspec

from harness.environment.locks.conda_lock import CondaLock, CondaPackage, write_conda_lock
from harness.environment.locks.wheel_lock import lock_digest

PLATFORMS = ("linux-64", "win-64")
DECLARED = """name: small
channels:
  - forge
platforms:
  - linux-64
  - win-64
dependencies:
  - python >=3.11
  - alpha >=1
  - beta >=2,<3
"""
PYPROJECT = """[project]
name = "small"
dependencies = ["beta>=2", "gamma>=1"]
[tool.harness.locks.driver]
project = true
constraints = ["base"]
"""
DOCKERFILE = """# A comment: FROM nowhere
ARG BASE=debian:13@sha256:{digest}
FROM ${{BASE}} AS build
FROM --platform=linux/amd64 debian:13@sha256:{digest}
COPY --from=build /a /b
ARG LOCK_DIGEST={lock}
"""
BASE_IMAGE_DIGEST = "d" * 64


def locked(platform, name, version, depends=None, *, build="0", channel="https://conda.example/forge", **others):
    return CondaPackage(
        name=name, version=version, build=build, subdir=platform, platform=platform,
        url=f"{channel}/{platform}/{name}-{version}-{build}.conda", sha256="a" * 64, md5="b" * 32,
        depends=depends or {}, **others,
    )  # fmt: skip


def conda_lock():
    packages = []
    for platform in PLATFORMS:
        packages += [
            locked(platform, "python", "3.12.13", {"libzip": ">=1", "__glibc": ">=2.17"}, build="h1_0_cpython"),
            locked(platform, "libzip", "1.3"),
            locked(platform, "alpha", "1.4", {"python": ">=3.12,<3.13.0a0", "beta": ">=2"}, build="py312_0"),
            locked(platform, "beta", "2.1", {"python": "3.12.* *_cpython"}, build="py312_1"),
        ]
    packages.append(locked("win-64", "colorama", "0.4.6"))
    packages.append(locked("win-64", "tqdm", "4.0", {"colorama": ""}))
    packages = [
        msgspec.structs.replace(each, depends={**each.depends, "tqdm": ""})
        if (each.name, each.platform) == ("alpha", "win-64")
        else each
        for each in packages
    ]
    return CondaLock(channels=("forge",), platforms=PLATFORMS, packages=tuple(packages))


def wheel_lock(**versions):
    held = {"alpha": "1.4", "beta": "2.1", **versions}
    lines = [f"{name}=={version} \\\n    --hash=sha256:{'c' * 64}\n" for name, version in sorted(held.items())]
    return "".join(lines) + f"colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:{'c' * 64}\n"


def binder(lock):
    lines = [f"  - {each.name}={each.version}={each.build}\n" for each in lock.packages if each.platform == "linux-64"]
    return "name: small\nchannels:\n  - forge\ndependencies:\n" + "".join(lines)


class SmallProject:
    """Files in a folder. `edit` replaces text in one of them; `relock` writes the conda lock with other packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "envs").mkdir(parents=True, exist_ok=True)
        (folder / "binder").mkdir()
        self.write("environment.yml", DECLARED)
        self.write("pyproject.toml", PYPROJECT)
        self.write("envs/wheel-names.yml", "libzip: null\n")
        self.write("envs/base.lock.txt", wheel_lock())
        self.write("envs/driver.lock.txt", wheel_lock(gamma="1.0"))
        self.relock(conda_lock())
        self.write("binder/environment.yml", binder(conda_lock()))
        digest = lock_digest(wheel_lock())
        self.write("Dockerfile", DOCKERFILE.format(digest=BASE_IMAGE_DIGEST, lock=digest))

    def write(self, name, text):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text)

    def text(self, name):
        return (self.folder / name).read_text()

    def edit(self, name, old, new):
        assert old in self.text(name)
        self.write(name, self.text(name).replace(old, new))

    def remove(self, name):
        (self.folder / name).unlink()

    def relock(self, lock):
        self.write("conda-lock.yml", write_conda_lock(lock))

    def change(self, name, platforms=PLATFORMS, **fields):
        """Lock a package otherwise than it was."""
        lock = conda_lock()
        packages = [
            msgspec.structs.replace(each, **fields) if each.name == name and each.platform in platforms else each
            for each in lock.packages
        ]
        self.relock(msgspec.structs.replace(lock, packages=tuple(packages)))

    def drop(self, name, platforms=PLATFORMS):
        lock = conda_lock()
        packages = [each for each in lock.packages if each.name != name or each.platform not in platforms]
        self.relock(msgspec.structs.replace(lock, packages=tuple(packages)))

    def add(self, *packages):
        lock = conda_lock()
        self.relock(msgspec.structs.replace(lock, packages=(*lock.packages, *packages)))
