"""The pipe to the conductor: one JSON message a line, each way."""

from __future__ import annotations

import json
import os
import signal
from typing import Any, Dict, NoReturn

EXIT_CLOSED = 113


def _leave() -> NoReturn:
    """The conductor is gone; so must the probe be, with all that it started.

    An exception wouldn't do: this happens inside the suite's test, where pytest would catch it and go on.
    """
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(EXIT_CLOSED)


class Channel:
    """Messages over two file descriptors. What the suite prints can't get between them."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._pending = b""

    @classmethod
    def take_over_standard_streams(cls) -> Channel:
        """Keep the first standard input and output for messages; whatever prints from now on goes to standard error."""
        read_fd, write_fd = os.dup(0), os.dup(1)
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)
        return cls(read_fd, write_fd)

    def send(self, message: Dict[str, Any]) -> None:
        text = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
        # Half a surrogate pair, as in the name of a file in an unknown encoding, has no place in JSON.
        line = memoryview(text.encode("utf-8", "replace") + b"\n")
        while line:
            try:
                line = line[os.write(self._write_fd, line) :]
            except OSError:
                _leave()

    def receive(self) -> Dict[str, Any]:
        """Wait for the next message. Does not return at the end of the pipe."""
        while b"\n" not in self._pending:
            chunk = os.read(self._read_fd, 65536)
            if not chunk:
                _leave()
            self._pending += chunk
        line, self._pending = self._pending.split(b"\n", 1)
        message: Dict[str, Any] = json.loads(line.decode())
        return message
