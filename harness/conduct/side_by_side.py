"""From the cases of a suite to those of a run side by side: one test each, in every environment of the run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

import msgspec

from harness.conduct.cases import Item, Suite
from harness.failure import HarnessError
from harness.record.lacking import Lacking
from harness.record.schema import Case, Variant

# A test's file, relative to the folder where the user stands, and its name in there: the same in all environments.
Test = tuple[str, str]


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """The tests that one environment collects, by what they are everywhere. broken: what pytest calls the files there
    that it can't import, by what they are everywhere.
    """

    address: str
    nodeids: dict[Test, str]
    broken: dict[str, str]


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """unpaired: a line for each test that not all environments have."""

    cases: list[Case]
    unpaired: list[str]


def collection(address: str, folder: PurePath, items: Sequence[Item], broken: Mapping[str, str]) -> Collection:
    """What an environment collected. folder: where its probes are started; limits are left out. broken: paths of the
    files that it can't import, by what pytest calls them.
    """
    nodeids = {_test(item.nodeid, item.path, folder): item.nodeid for item in items if not item.limit}
    return Collection(
        address=address, nodeids=nodeids, broken={_file(path, folder): name for name, path in broken.items()}
    )


def side_by_side(suite: Suite, collections: Sequence[Collection]) -> Pairing:
    """Make each test of the first environment's suite a case of its own, whose variants are the environments.

    suite: as the first of the collections has it. The first environment is the baseline. A test that only some have is
    told. One in a file that another environment can't import is a way that fails there: so it is judged, and whose it
    is can be asked, as of a test that raises when it is called.
    Raises HarnessError if no test is in two environments.
    """
    first = collections[0]
    tests = {nodeid: test for test, nodeid in first.nodeids.items()}
    cases: list[Case] = []
    unpaired: list[str] = []
    for case in suite.cases:
        for variant in case.variants:
            test = tests[variant.nodeid]
            unpaired += _lacking(case.id, variant.name, test, collections)
            ways = [
                Variant(name=each.address, nodeid=nodeid, environment=number)
                for number, each in enumerate(collections)
                if (nodeid := _nodeid(test, each)) is not None
            ]
            if len(ways) > 1:
                cases.append(_case(case, variant, first.address, ways))
    for each in collections[1:]:
        foreign = each.nodeids.keys() - first.nodeids.keys()
        unpaired += [f"{'::'.join(test)}: there is no such test in {first.address}" for test in sorted(foreign)]
    if not cases:
        raise HarnessError(
            f"{first.address} and {', '.join(each.address for each in collections[1:])} have no test in common, so "
            "there is nothing to compare." + "".join(f"\n  {line}" for line in unpaired[:5])
        )
    return Pairing(cases=cases, unpaired=unpaired)


def _test(nodeid: str, path: str, folder: PurePath) -> Test:
    return _file(path, folder), nodeid.partition("::")[2]


def _file(path: str, folder: PurePath) -> str:
    return PurePath(os.path.relpath(path, folder)).as_posix()


def _lacking(case: str, variant: str, test: Test, collections: Sequence[Collection]) -> Iterator[str]:
    for each in collections:
        if _nodeid(test, each) is None:
            yield str(Lacking(case, variant, each.address))


def _nodeid(test: Test, within: Collection) -> str | None:
    """What an environment calls a test, which it may have in a file that it can't import; None where it has none."""
    if test in within.nodeids:
        return within.nodeids[test]
    file, name = test
    return f"{within.broken[file]}::{name}" if file in within.broken else None


def _case(case: Case, variant: Variant, baseline: str, ways: list[Variant]) -> Case:
    return msgspec.structs.replace(
        case,
        id=f"{case.id}: {variant.name}",
        of=case.id,
        variant=variant.name,
        baseline=baseline,
        baseline_stated=True,
        variants=ways,
    )
