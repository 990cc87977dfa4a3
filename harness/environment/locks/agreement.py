"""Makes platforms agree on versions: all of them where one version will do everywhere, else as many as can."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

# Of the versions that may do, so many are tried.
TRIED = 5

Versions = Mapping[str, Mapping[str, str]]  # by platform, then by name
Pins = dict[str, dict[str, str]]  # the same, of versions that have to be taken
Solve = Callable[[Pins], Awaitable[Versions | str]]  # or the platform that has no solution
Laggard = Callable[[str, Sequence[str]], str]
Offered = Callable[[str, Sequence[str]], Awaitable[list[str]]]  # versions of a name that may do on all these platforms


class _Wish(msgspec.Struct, frozen=True):
    """That these platforms have one of these versions, the first if that can be."""

    platforms: tuple[str, ...]
    versions: tuple[str, ...]


class Agreement:
    """Looks for versions on which platforms agree, by trying.

    found: what each platform has now. solve: what each has with pins. offered: the versions worth trying, best first.
    laggard: of some platforms, the one that is farthest behind with a name.
    """

    def __init__(self, found: Versions, solve: Solve, offered: Offered, laggard: Laggard) -> None:
        self._found = found
        self._solve = solve
        self._offered = offered
        self._laggard = laggard
        self._pins: Pins = {platform: {} for platform in found}

    async def reach(self, names: Sequence[str]) -> None:
        """Let as many platforms as can agree on a version of each of these; what matters most comes first."""
        for name, wish in (await self._reach(lambda: list(names))).items():
            await self._agree_in_part(name, wish)

    async def reach_all(self) -> None:
        """Let all platforms agree on versions of other names too, where all can; sorted."""
        await self._reach(lambda: sorted({name for versions in self._found.values() for name in versions}))

    async def _reach(self, names: Callable[[], list[str]]) -> dict[str, _Wish]:
        """Try each name once: with others at first, because most agree together, then by halves; returns the rest."""
        tried: dict[str, _Wish] = {}
        refused: dict[str, _Wish] = {}
        while differing := [name for name in names() if name not in tried and self._differs(name, self._having(name))]:
            wishes = {name: await self._wish(name, self._having(name)) for name in differing}
            tried.update(wishes)
            refused.update({name: wish for name, wish in wishes.items() if not wish.versions})
            refused.update(await self._pin({name: wish for name, wish in wishes.items() if wish.versions}))
        return refused

    async def _pin(self, wishes: Mapping[str, _Wish]) -> dict[str, _Wish]:
        """Fulfil as many of these as go together; returns the others."""
        if not wishes or await self._refusing(wishes) is None:
            return {}
        names = list(wishes)
        if len(names) == 1:
            wish = wishes[names[0]]
            return {} if await self._pin_one(names[0], _Wish(wish.platforms, wish.versions[1:])) else dict(wishes)
        refused: dict[str, _Wish] = {}
        for half in (names[: len(names) // 2], names[len(names) // 2 :]):
            refused.update(await self._pin({name: wishes[name] for name in half}))
        return refused

    async def _pin_one(self, name: str, wish: _Wish) -> bool:
        """Whether one of the versions will do."""
        for version in wish.versions:
            if await self._refusing({name: _Wish(wish.platforms, (version,))}) is None:
                return True
        return False

    async def _agree_in_part(self, name: str, wish: _Wish) -> None:
        """Without the platforms that are farthest behind, until the others agree."""
        while len(platforms := [each for each in self._having(name) if each in wish.platforms]) > 2:
            behind = self._laggard(name, platforms)
            wish = await self._wish(name, tuple(each for each in platforms if each != behind))
            if not self._differs(name, wish.platforms) or await self._pin_one(name, wish):
                return

    async def _refusing(self, wishes: Mapping[str, _Wish]) -> str | None:
        """The platform that can't have the first version of each of these; if there is none, they are pinned."""
        pins = {platform: dict(held) for platform, held in self._pins.items()}
        for name, wish in wishes.items():
            for platform in wish.platforms:
                pins[platform][name] = wish.versions[0]
        found = await self._solve(pins)
        if isinstance(found, str):
            return found
        self._pins, self._found = pins, found
        return None

    async def _wish(self, name: str, platforms: tuple[str, ...]) -> _Wish:
        if not self._differs(name, platforms):
            return _Wish(platforms, ())
        return _Wish(platforms, tuple((await self._offered(name, platforms))[:TRIED]))

    def _differs(self, name: str, platforms: Sequence[str]) -> bool:
        return len({self._found[platform].get(name) for platform in platforms}) > 1

    def _having(self, name: str) -> tuple[str, ...]:
        return tuple(platform for platform, versions in self._found.items() if name in versions)
