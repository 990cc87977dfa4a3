"""The container engine of this machine: Docker's or Podman's, by the socket on which it listens."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.failure import HarnessError

if TYPE_CHECKING:
    from docker import APIClient

UNIX = "unix://"
PATIENCE_S = 60
_INSTALL = (
    "Install one: `apt-get install docker.io` on Debian and Ubuntu, Docker Desktop on macOS, or Podman with its "
    "socket (`systemctl --user enable --now podman.socket`). If one listens elsewhere, set DOCKER_HOST to unix://PATH."
)


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """A connection to an engine. socket: where it listens. rootless: whether it runs without root's rights."""

    api: APIClient
    socket: str
    rootless: bool


def connect() -> Engine:
    """The engine that DOCKER_HOST names, or else the first that listens where engines usually do.

    Raises HarnessError, with what to install, where there is none.
    """
    host = os.environ.get("DOCKER_HOST", "")
    if host:
        if not host.startswith(UNIX):
            raise HarnessError(
                f"DOCKER_HOST names an engine on another machine ({host.partition(':')[0]}), which sees none of the "
                "folders here. Probes run on this machine: unset DOCKER_HOST, or set it to unix://PATH."
            )
        return _connected(host.removeprefix(UNIX))
    places = [path for path in _places(os.environ) if Path(path).is_socket()]
    if not places:
        raise HarnessError(f"Images need a container engine, and none listens on this machine. {_INSTALL}")
    reasons: list[HarnessError] = []
    for place in places:
        try:
            return _connected(place)
        except HarnessError as reason:
            reasons.append(reason)
    raise reasons[0]


@contextlib.contextmanager
def engine_faults(doing: str) -> Iterator[None]:
    """Say what the engine had against it, or that it went away."""
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except APIError as error:
        raise HarnessError(f"{doing}: the container engine refused: {error.explanation or error}") from error
    except (DockerException, RequestException, HTTPError, ConnectionError) as error:
        raise HarnessError(
            f"{doing}: the container engine doesn't answer any more. Is it running (`docker info`)?"
        ) from error


def _places(environ: Mapping[str, str]) -> list[str]:
    session = environ.get("XDG_RUNTIME_DIR", "/run/user/0")
    home = environ.get("HOME", "")
    return [
        "/var/run/docker.sock",
        f"{session}/docker.sock",
        f"{home}/.docker/run/docker.sock",
        f"{session}/podman/podman.sock",
        "/run/podman/podman.sock",
    ]


@functools.lru_cache
def _connected(socket: str) -> Engine:
    # Not before it is needed: it imports a web client, and few commands need an engine.
    from docker import APIClient
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    try:
        api = APIClient(base_url=f"{UNIX}{socket}", version="auto", timeout=PATIENCE_S)
        options = api.info().get("SecurityOptions") or []
    except (DockerException, RequestException, ConnectionError) as error:
        if Path(socket).exists() and not os.access(socket, os.W_OK):
            message = f"{socket}: you may not use this container engine. Your user has to be in its group ('docker')."
            raise HarnessError(message) from error
        raise HarnessError(f"{socket}: no container engine answers there. Start it, or: {_INSTALL}") from error
    return Engine(api=api, socket=socket, rootless=any("rootless" in option for option in options))
