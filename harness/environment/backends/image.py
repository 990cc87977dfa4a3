"""Backend for container images made from a lock of wheels: one for a lock, a machine and a recipe, found by labels."""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness import __version__, whole_file
from harness.environment.address import Address
from harness.environment.backends import image_context
from harness.environment.backends.image_build import build, forget_stages
from harness.environment.backends.image_look import look
from harness.environment.backends.verifying import judge
from harness.environment.cache import cache_faults, cache_folder
from harness.environment.held_place import held
from harness.environment.locks.wheel_lock import check, lock_digest, pins, read_text
from harness.environment.processes.container import spawn, sweep
from harness.environment.processes.engine import Engine, connect, engine_faults
from harness.environment.provision import Provision
from harness.environment.realized import Realized
from harness.environment.verification.packages import Package
from harness.failure import HarnessError
from harness.record.schema import Verification

__all__ = ["create", "find", "remove", "spawn", "verify"]

PREFIX = "/opt/harness/env"
LOCK = "scaling-harness.lock"
MACHINE = "scaling-harness.machine"
RECIPE = "scaling-harness.recipe"
BASE = "org.opencontainers.image.base.name"

Say = Callable[[str], None]


def create(address: Address, provision: Provision, progress: Say) -> Realized:
    """Build the image of a lock, or find it built.

    progress: gets a line for each step of the build.
    Raises HarnessError for a damaged lock, where no engine answers, and with the last lines of a step that fails.
    """
    if provision.prefix:
        raise HarnessError(f"{address.text}: an image lies in the container engine; it has no folder (--prefix).")
    text = read_text(str(address.lock))
    check(text, str(address.lock))
    engine = connect()
    sweep(engine)
    labels = _labels(engine, text, provision)
    found = _find(engine, labels)
    if found is None:
        with _alone(labels[LOCK], progress):  # two at once build one
            found = _find(engine, labels)  # another process may have built it while we waited
            if found is None:
                progress(f"Building the image '{address.name}' on {labels[BASE]} from its lock (once)")
                _build(engine, address, text, labels, provision, progress)
                forget_stages(engine)
                found = _find(engine, labels)
    else:
        progress(f"{address.text}: up to date (image {_short(found)})")
    if found is None:
        raise HarnessError(f"{address.text}: the image was built, and is gone again. Was it removed meanwhile?")
    return _realized(address, found, text)


def find(address: Address, provision: Provision) -> Realized | None:
    """The image of a lock if it was built before; else None. Raises HarnessError where no engine answers."""
    text = read_text(str(address.lock))
    engine = connect()
    found = _find(engine, _labels(engine, text, provision))
    return _realized(address, found, text) if found else None


def verify(realized: Realized) -> Verification:
    """Compare what is in the image with its lock, and each file with what it was when the image was built."""
    where = str(realized.lock_path)

    def wanted(text: str, markers: Mapping[str, str]) -> list[Package]:
        return [Package(name=name, version=version) for name, version in pins(text, markers, where).items()]

    return judge(realized, wanted, look(realized))


def remove(realized: Realized) -> None:
    """Remove the image; one that is gone already is fine. Raises HarnessError if the harness didn't make it."""
    from docker.errors import ImageNotFound

    image = str(realized.image)
    api = connect().api
    with engine_faults(realized.address), contextlib.suppress(ImageNotFound):
        found: dict[str, Any] = api.inspect_image(image)  # type: ignore[no-untyped-call]
        if LOCK not in (found["Config"].get("Labels") or {}):
            raise HarnessError(f"{realized.address}: the harness didn't make this image, so it doesn't remove it.")
        api.remove_image(image, force=True)


def _labels(engine: Engine, lock_text: str, provision: Provision) -> dict[str, str]:
    """What tells an image from others; never its id, which differs between two builds of the same content."""
    with engine_faults("images"):
        machine = str(engine.api.info()["Architecture"])
    return {
        LOCK: lock_digest(lock_text),
        MACHINE: machine,
        RECIPE: image_context.recipe_digest(),
        BASE: image_context.base_image(provision),
    }


def _find(engine: Engine, labels: dict[str, str]) -> str | None:
    """The id of the latest image with these labels."""
    with engine_faults("images"):
        images = engine.api.images(filters={"label": [f"{name}={value}" for name, value in labels.items()]})
    newest: dict[str, Any] | None = max(images, key=lambda image: image["Created"], default=None)
    return str(newest["Id"]) if newest else None


def _build(
    engine: Engine, address: Address, text: str, labels: dict[str, str], provision: Provision, progress: Say
) -> None:
    settings = {
        "BASE_IMAGE": labels[BASE],
        "NAME": address.name,
        "LOCK_DIGEST": labels[LOCK],
        "MACHINE": labels[MACHINE],
        "RECIPE": labels[RECIPE],
        "COMMIT": image_context.commit_of(Path(str(address.lock)).parent),
        "VERSION": __version__,
        **image_context.build_settings(os.environ),
    }
    tag = f"scaling-harness/{re.sub('[^a-z0-9]+', '-', address.name.lower())}:{labels[LOCK][:12]}"
    with image_context.pack(address.name, text, provision) as context:
        build(engine, address.text, context, settings, tag, progress, offline=provision.mirror is not None)


def _realized(address: Address, image: str, lock_text: str) -> Realized:
    digest = lock_digest(lock_text)
    return Realized(
        address=address.text,
        kind=address.kind,
        python=f"{PREFIX}/bin/python",
        prefix=PREFIX,
        lock_path=str(_kept(lock_text, digest)),
        lock_digest=digest,
        image=image,
    )


def _folder() -> Path:
    """Where locks of images are kept: an image holds none that could be read from here."""
    return cache_folder(os.environ) / "images"


def _kept(lock_text: str, digest: str) -> Path:
    path = _folder() / f"{digest}.lock.txt"
    with cache_faults(_folder()):
        if not path.exists():
            whole_file.replace(path, lock_text.encode())
    return path


@contextlib.contextmanager
def _alone(digest: str, progress: Say) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        with cache_faults(_folder()):
            _folder().mkdir(parents=True, exist_ok=True)
            busy = functools.partial(progress, "Another process builds this image: waiting for it")
            stack.enter_context(held(_folder() / digest, busy))
        yield


def _short(image: str) -> str:
    return image.removeprefix("sha256:")[:12]
