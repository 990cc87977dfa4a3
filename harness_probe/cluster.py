"""Dask clusters that a suite keeps alive between turns, seen from outside: never imported, only looked at."""

from __future__ import annotations

import os
import sys
import time
from typing import Any, Dict, List

_PATIENCE_S = 30.0


class Workers:
    """The workers of the clients that this process holds open between two turns."""

    def __init__(self) -> None:
        self._known: Dict[str, int] = {}

    def remember(self) -> None:
        """Note who answers now, before the probe may be stopped."""
        self._known = _answering(_clients())

    def count(self) -> int:
        """How many answered when last looked at; 0 where no client is held open."""
        return len(self._known)

    def wake(self) -> str:
        """Ping until all that answered before do so again; returns "" or what has changed in the meantime."""
        if not self._known:
            return ""
        began = time.monotonic()
        while True:
            seen = _answering(_clients())
            missing = {address: pid for address, pid in self._known.items() if seen.get(address) != pid}
            if not missing:
                return ""
            if time.monotonic() - began > _PATIENCE_S:
                return "workers {} no longer answer; answering: {}".format(
                    sorted(missing.items()), sorted(seen.items())
                )
            time.sleep(0.02)


def _clients() -> List[Any]:
    client_module = sys.modules.get("distributed.client")
    if client_module is None:
        return []
    clients = getattr(client_module.Client, "_instances", ())
    return [
        client
        for client in list(clients)
        if getattr(client, "status", "") == "running" and not getattr(client, "asynchronous", False)
    ]


def _answering(clients: List[Any]) -> Dict[str, int]:
    seen: Dict[str, int] = {}
    for client in clients:
        try:
            seen.update(client.run(os.getpid))
        except Exception:  # noqa: S112  (a worker that does not answer is a worker that is not there)
            continue
    return seen
