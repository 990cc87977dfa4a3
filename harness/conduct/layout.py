"""Where the heap of a process begins to hold arrays: drawn, because names and paths would decide it else.

ASLR moves a heap by whole pages. The place of an array within its page follows from what was allocated before it, to
the length of each name and path, and is the same in every launch of a test; and loops over two arrays hang on how
their places in their pages differ (Intel 64 and IA-32 Architectures Optimization Reference Manual, *4-KByte Memory
Aliasing*). That is no property of the code, and no launch's variance would show it (Mytkowicz et al. 2009, *Producing
wrong data without doing anything obviously wrong*; drawn anew as in Curtsinger and Berger 2013, *Stabilizer*).

Moved is what glibc's malloc takes from its heap: arrays below its threshold for mapping, which grows up to 32 MB with
what a process gives back (mallopt(3), M_MMAP_THRESHOLD). Those that it maps begin 16 bytes into a page, whatever was
allocated before.
"""

from __future__ import annotations

import random

_PAGE_BYTES = 4096
_STEP_BYTES = 16  # malloc aligns to it
_SHORTEST_BYTES = 1024  # below 512, Python would place it into pools of its own, and move nothing


def padding(seed: str) -> dict[str, str]:
    """A variable whose length is drawn, for the environment of a process.

    Python keeps a copy of its environment on the heap from its start on, before it imports anything; and all that it
    starts inherits it: the workers of a cluster are moved too.
    """
    steps = random.Random(seed).randrange(_PAGE_BYTES // _STEP_BYTES)
    return {"HARNESS_PADDING": "." * (_SHORTEST_BYTES + steps * _STEP_BYTES)}
