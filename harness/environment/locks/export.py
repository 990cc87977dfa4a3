"""From what is installed to a declaration: the text of an `environment.yml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from harness.environment.backends.inventory import Inventory

_USUAL_CHANNEL = "conda-forge"


def export(inventory: Inventory, name: str) -> str:
    """Declare all that is installed, in exact versions. name: what the environment is to be called.

    What was installed from a folder or an address stands there as a comment, because no lock can hold it.
    """
    indexed = [each for each in inventory.wheels if not each.direct]
    lines = [f"name: {name}", "channels:", *(f"  - {each}" for each in inventory.channels or (_USUAL_CHANNEL,))]
    lines += ["platforms:", f"  - {inventory.platform}", "dependencies:", f"  - python {inventory.python}"]
    lines += [f"  - {each.name} {each.version}" for each in inventory.conda if each.name != "python"]
    if indexed:
        lines += ["  - pip:", *(f"      - {each.name}=={each.version}" for each in indexed)]
    lines += [
        f"# {each.name} {each.version} was installed from a folder or an address: no lock can hold it."
        for each in inventory.wheels
        if each.direct
    ]
    return "\n".join(lines) + "\n"


def top_level(inventory: Inventory) -> Inventory:
    """Leave the fewest packages that need all others: those that nothing needs, and one of each circle.

    What a declaration can't hold needs nothing in it, so that its own needs stay.
    """
    needs: dict[str, Sequence[str]] = {each.name: each.needs for each in inventory.conda if each.name != "python"}
    for wheel in inventory.wheels:
        needs[wheel.name] = [inventory.aliases.get(name, name) for name in wheel.needs if not wheel.direct]
    top = set(needs)
    for name in sorted(needs, reverse=True):
        if name in _reachable(top - {name}, needs):
            top.remove(name)
    return msgspec.structs.replace(
        inventory,
        conda=tuple(each for each in inventory.conda if each.name in top),
        wheels=tuple(each for each in inventory.wheels if each.name in top),
    )


def _reachable(start: Collection[str], needs: Mapping[str, Sequence[str]]) -> set[str]:
    reached: set[str] = set()
    coming = list(start)
    while coming:
        name = coming.pop()
        if name in needs and name not in reached:
            reached.add(name)
            coming += needs[name]
    return reached
