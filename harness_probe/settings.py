"""What a probe is told on its command line."""

from __future__ import annotations

import json
from typing import List, NamedTuple, Optional


class Settings(NamedTuple):
    """One probe's orders, as JSON on its command line.

    mode: "describe" (say what software there is), "collect" (say what tests there are, and the same), "survey" (run
    each test up to its benchmark call, to learn what it sets before it) or "hold" (hold one item ready).
    paths: what pytest is given. item: the node id to hold. arrays: folder for arrays of the answer.
    cores: the processors that the probe and all that it starts may use. checkout, original: where the measured code
    lies, if that is not the user's own working tree, and that tree, from which nothing may be imported.
    """

    mode: str
    paths: List[str]
    keyword: Optional[str] = None
    item: Optional[str] = None
    items: List[str] = []
    rootdir: Optional[str] = None
    arrays: Optional[str] = None
    cores: List[int] = []
    checkout: Optional[str] = None
    original: Optional[str] = None


def read(text: str) -> Settings:
    return Settings(**json.loads(text))
