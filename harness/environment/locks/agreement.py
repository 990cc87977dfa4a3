"""Makes platforms agree on versions, wherever one version will do on all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

# Of the versions that may do, so many are tried before the platforms may differ.
TRIED = 5

Versions = Mapping[str, Mapping[str, str]]  # by platform, then by name
Solve = Callable[[Mapping[str, str]], Awaitable[Versions | None]]  # of pinned versions; None: there is no solution
Offered = Callable[[str, Sequence[str]], Awaitable[list[str]]]  # versions of a name that may do on all these platforms


async def agree(
    found: Versions, pins: Mapping[str, str], solve: Solve, offered: Offered, first: Sequence[str]
) -> dict[str, str]:
    """`pins`, and further versions to pin, so that platforms differ in as few as can be found by trying.

    found: what each platform has with `pins`. first: names that matter most, in their order; the others follow sorted.
    Every name is tried once: with others at first, because most agree together, then by halves.
    """
    agreed = dict(pins)
    tried: set[str] = set()
    while names := [name for name in _differing(found, first) if name not in tried]:
        tried.update(names)
        wishes: dict[str, list[str]] = {}
        for name in names:
            platforms = [platform for platform, versions in found.items() if name in versions]
            if versions := await offered(name, platforms):
                wishes[name] = versions[:TRIED]
        found = await _pin(wishes, agreed, found, solve)
    return agreed


async def _pin(wishes: Mapping[str, list[str]], agreed: dict[str, str], found: Versions, solve: Solve) -> Versions:
    """Pin as many of these as go together; adds to `agreed`, returns what is found with them."""
    if not wishes:
        return found
    better = await solve({**agreed, **{name: versions[0] for name, versions in wishes.items()}})
    if better is not None:
        agreed.update({name: versions[0] for name, versions in wishes.items()})
        return better
    names = list(wishes)
    if len(names) == 1:
        return await _pin(
            {name: versions[1:] for name, versions in wishes.items() if versions[1:]}, agreed, found, solve
        )
    for half in (names[: len(names) // 2], names[len(names) // 2 :]):
        found = await _pin({name: wishes[name] for name in half}, agreed, found, solve)
    return found


def _differing(found: Versions, first: Sequence[str]) -> list[str]:
    """Names of which platforms have different versions."""
    names = {name for versions in found.values() for name in versions}
    differing = {name for name in names if len({versions[name] for versions in found.values() if name in versions}) > 1}
    return [name for name in first if name in differing] + sorted(differing - {*first})
