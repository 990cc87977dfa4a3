"""What is to be started in an environment, wherever that is."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A process to start: the environment's Python with these arguments.

    settings: variables that are set for it, whatever is set here. folder: its working folder. log: gets what it prints
    to its standard error. reads, writes: folders that it needs under the same paths, to read only, or to write too.
    cores: the processors that it may use; empty means all. memory_bytes: what it may use together with all that it
    starts, where that can be enforced (in a container); None leaves a tenth of the machine's to others.
    """

    arguments: tuple[str, ...]
    settings: dict[str, str]
    folder: Path
    log: Path
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    cores: tuple[int, ...] = ()
    memory_bytes: int | None = None
