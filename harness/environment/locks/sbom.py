"""A lock as a bill of materials, in CycloneDX's JSON, for programs that look for vulnerable or unwanted packages.

The same lock gives the same bytes: the serial number is made from the lock's digest, and there is no time in it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from harness.environment import parse_address
from harness.environment.address import CONDA_LOCK_SUFFIX, LOCK_SUFFIX
from harness.environment.locks.conda_lock import CondaLock, CondaPackage, on_platform, read_conda_lock
from harness.environment.locks.wheel_lock import Pin, lock_digest, read, read_text
from harness.failure import HarnessError

_PIP = "pip"


def bill_of(named: str, root: Path) -> str:
    """The bill of a lock file, or of the lock of an address in the project in `root`.

    Raises HarnessError for what has no lock, and for a lock that can't be read.
    """
    path, name = _lock(named, root)
    text = read_text(str(path))
    if path.suffix in {".yml", ".yaml"}:
        return conda_bill(read_conda_lock(text, str(path)), name, lock_digest(text))
    return wheel_bill(read(text, str(path)), name, lock_digest(text))


def conda_bill(lock: CondaLock, name: str, digest: str) -> str:
    """The bill of a lock of conda packages. name: of the environment. digest: of the lock, in hex.

    A component is one archive, so that a package stands there once for each platform whose archive is another one, and
    depends on what it depends on anywhere.
    """
    components: dict[str, Component] = {}
    needs: dict[str, set[str]] = {}
    for platform in lock.platforms:
        packages = on_platform(lock, platform)
        references = {package.name: str(_package_url(package)) for package in packages}
        for package in packages:
            reference = references[package.name]
            components.setdefault(reference, _conda_component(package, reference))
            wanted = {references[needed] for needed in package.depends if needed in references}
            needs.setdefault(reference, set()).update(wanted)
    return _bill(name, digest, components, needs)


def wheel_bill(pins: Sequence[Pin], name: str, digest: str) -> str:
    """The bill of a lock of wheels. Such a lock doesn't say which package needs which, so the bill doesn't either.

    A component has the hashes of all files that its version may be installed from; an installed one is one of them.
    """
    components: dict[str, Component] = {}
    for pin in pins:
        url = PackageURL(type="pypi", name=pin.name, version=pin.version)
        reference = f"{url}#{pin.marker}" if pin.marker else str(url)
        components[reference] = Component(
            name=pin.name,
            version=pin.version,
            bom_ref=reference,
            purl=url,
            hashes=[_sha256(each.removeprefix("sha256:")) for each in pin.hashes],
            properties=[Property(name="harness:marker", value=pin.marker)] if pin.marker else [],
        )
    return _bill(name, digest, components, {})


def _lock(named: str, root: Path) -> tuple[Path, str]:
    """A lock's path, and what the environment is called that it is of."""
    path = Path(named)
    if path.is_file() and path.suffix in {".txt", ".yml", ".yaml"}:
        return path, path.name.removesuffix(LOCK_SUFFIX).removesuffix(CONDA_LOCK_SUFFIX)
    address = parse_address(named, root)
    if address.lock is None:
        raise HarnessError(f"{named}: this environment has no lock. `harness env export` says what is installed in it.")
    return Path(address.lock), address.name


def _bill(name: str, digest: str, components: Mapping[str, Component], needs: Mapping[str, Iterable[str]]) -> str:
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {digest}"), components=components.values())
    environment = Component(
        name=name,
        version=digest,
        type=ComponentType.APPLICATION,
        bom_ref=f"environment:{name}",
        hashes=[_sha256(digest)],
    )
    bom.metadata.component = environment
    needed = {reference for wanted in needs.values() for reference in wanted}
    bom.register_dependency(environment, [components[each] for each in components if each not in needed])
    for reference, wanted in needs.items():
        bom.register_dependency(components[reference], [components[each] for each in wanted])
    written = json.loads(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del written["metadata"]["timestamp"]
    # An entry without dependencies would say that there are none; what stands in no entry is unknown.
    known = {environment.bom_ref.value, *needs}
    written["dependencies"] = [each for each in written["dependencies"] if each["ref"] in known]
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def _conda_component(package: CondaPackage, reference: str) -> Component:
    digests = [_sha256(package.sha256)]
    if package.md5:
        digests.append(HashType(alg=HashAlgorithm.MD5, content=package.md5))
    source = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(package.url), hashes=digests)
    return Component(
        name=package.name,
        version=package.version,
        bom_ref=reference,
        purl=_package_url(package),
        hashes=digests,
        external_references=[source],
    )


def _package_url(package: CondaPackage) -> PackageURL:
    if package.manager == _PIP:
        return PackageURL(type="pypi", name=package.name, version=package.version)
    channel = urlsplit(package.url).path.strip("/").split("/")[:-2]
    archive = "tar.bz2" if package.url.endswith(".tar.bz2") else "conda"
    qualifiers = {"build": package.build, "subdir": package.subdir, "type": archive}
    if channel:
        qualifiers["channel"] = channel[-1]
    return PackageURL(type="conda", name=package.name, version=package.version, qualifiers=qualifiers)


def _sha256(content: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=content)
