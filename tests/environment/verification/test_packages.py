"""What is installed against what is locked."""

import msgspec

from harness.environment.verification.manifest import Census, CountedFile, CountedPackage
from harness.environment.verification.packages import Names, Package, installed_by_itself, package_findings


def wheel(name, version, record="x", installer=""):
    return CountedPackage(name=name, version=version, manager="wheel", record=record, installer=installer)


def conda(name, version, build):
    return CountedPackage(
        name=name, version=version, build=build, manager="conda", record=f"conda-meta/{name}.json", installer="conda"
    )


def findings(wanted, installed, names=None):
    return list(package_findings(wanted, installed, names or Names()).values())


def test_an_environment_that_is_its_lock_has_no_findings():
    wanted = [Package(name="foo", version="1.0"), Package(name="Bar.baz", version="2.1")]
    assert findings(wanted, [wheel("bar-baz", "2.1"), wheel("foo", "1.0.0")]) == []


def test_every_difference_is_named_in_words_sorted_by_package():
    wanted = [Package(name=name, version=version) for name, version in {"z": "1.0", "x": "1.2", "same": "1"}.items()]
    live = [wheel("y", "3"), wheel("z", "1.1", installer="pip"), wheel("same", "1")]
    assert findings(wanted, live) == [
        "missing: x 1.2",
        "extra: y 3",
        "version: z is 1.1 (put there by pip), the lock says 1.0",
    ]


def test_a_version_that_follows_no_rule_is_compared_as_text():
    assert findings([Package(name="foo", version="2004d")], [wheel("foo", "2004d")]) == []
    assert findings([Package(name="foo", version="1.0")], [wheel("foo", "unknown")]) == [
        "version: foo is unknown, the lock says 1.0"
    ]


def test_another_build_of_a_conda_package_is_named():
    wanted = [Package(name="numpy", version="2.3.5", build="py312_0", manager="conda")]
    assert findings(wanted, [conda("numpy", "2.3.5", "py312_0")]) == []
    assert findings(wanted, [conda("numpy", "2.3.5", "py312_1")]) == [
        "build: numpy 2.3.5 is py312_1, the lock says py312_0"
    ]


def census(packages, owners):
    """owners: by path, the index of a package."""
    files = {path: CountedFile("0" * 64, 1, owner, "") for path, owner in owners.items()}
    return Census(files=files, packages=packages, interpreter=None)


def test_a_wheel_in_a_conda_package_is_that_package():
    inside = census(
        [conda("pytorch", "2.1", "0"), wheel("torch", "2.1", "torch.dist-info/METADATA")],
        {"torch.dist-info/METADATA": 0},
    )
    wanted = [Package(name="pytorch", version="2.1", build="0", manager="conda")]
    assert installed_by_itself(inside) == inside.packages[:1]
    assert findings(wanted, installed_by_itself(inside), Names(inside)) == []

    over = census([*inside.packages[:1], wheel("torch", "2.2", "torch22/METADATA", "pip")], {"torch22/METADATA": 1})
    assert findings(wanted, installed_by_itself(over), Names(inside, over)) == [
        "version: pytorch is 2.2 (put there by pip), the lock says 2.1"
    ]


def test_the_same_version_as_a_wheel_over_conda_is_named():
    wanted = [Package(name="numpy", version="1.0", build="0", manager="conda")]
    live = [conda("numpy", "1.0", "0"), wheel("numpy", "1.0", installer="pip")]
    assert findings(wanted, live) == ["replaced: numpy 1.0 (put there by pip)"]


def test_owners_that_are_no_packages_are_none():
    odd = census([], {"a": 7, "b": -2})
    assert [Names(odd).of_owner(odd, path) for path in ("a", "b", "nowhere")] == [None] * 3
    assert msgspec.json.decode(msgspec.json.encode(odd), type=Census) == odd
