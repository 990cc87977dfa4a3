"""Asks package indexes which files they have: those that the user configured for pip or uv, in the Simple API.

uv and pip tell nobody where a file is to be had. Addresses may hold credentials: they never get into a message.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

import msgspec
from rattler.networking import AddHeadersMiddleware, AuthenticationMiddleware, Client, RetryMiddleware
from rattler.package_streaming import download_bytes

from harness.environment.archives.archive import Archive, sha256_of
from harness.environment.archives.download import AT_ONCE, run
from harness.environment.backends.installer import default_index
from harness.failure import HarnessError

_ACCEPT = {"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.5"}
_NOT_THERE = ("404", "410")


class _File(msgspec.Struct, frozen=True):
    filename: str
    url: str
    hashes: dict[str, str] = {}
    size: int | None = None


class _Page(msgspec.Struct, frozen=True):
    files: list[_File] = []


def files_of(names: Sequence[str], environ: Mapping[str, str]) -> dict[str, list[Archive]]:
    """All files of these projects (by normalized name) whose SHA-256 an index tells, or that lie in a folder.

    environ: settings in uv's words (`uv_environ`).
    Raises HarnessError if an index can't be reached.
    """
    found = run(_pages(names, [] if environ.get("UV_NO_INDEX") else _indexes(environ)))
    for folder in filter(None, environ.get("UV_FIND_LINKS", "").split(",")):
        for path in sorted(_path(folder).glob("*.whl")):
            if (name := _project(path.name)) in found:
                found[name].append(_on_disk(path))
    return found


def parse_page(content: bytes, url: str) -> list[Archive]:
    """The files on a project's page, which is JSON (PEP 691) or HTML (PEP 503)."""
    if content.lstrip().startswith(b"{"):
        try:
            files = msgspec.json.decode(content, type=_Page).files
        except msgspec.DecodeError as reason:
            raise HarnessError(f"A package index answers in a form that isn't understood: {reason}.") from reason
        found = [(each.filename, each.url, each.hashes.get("sha256", ""), each.size) for each in files]
    else:
        links = _Links()
        links.feed(content.decode(errors="replace"))
        found = [(_name(link), urldefrag(link).url, _sha256(link), None) for link in links.found]
    return [
        Archive(file_name=name, url=_with_login(urljoin(url, link), url), sha256=digest, size_bytes=size)
        for name, link, digest, size in found
        if digest and "/" not in name
    ]


def _indexes(environ: Mapping[str, str]) -> list[str]:
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL") or default_index(environ)
    others = f"{environ.get('UV_INDEX', '')} {environ.get('UV_EXTRA_INDEX_URL', '')}".split()
    # uv lets an index have a name: NAME=URL
    return [re.sub(r"^[\w.-]+=(?=\w+:)", "", each) for each in [*others, default]]


async def _pages(names: Sequence[str], indexes: Sequence[str]) -> dict[str, list[Archive]]:
    client = Client([AddHeadersMiddleware(lambda _host, _path: _ACCEPT), AuthenticationMiddleware(), RetryMiddleware()])
    room = asyncio.Semaphore(AT_ONCE)

    async def one(name: str, index: str) -> tuple[str, list[Archive]]:
        async with room:
            return name, await _page(client, f"{index.rstrip('/')}/{name}/")

    found: dict[str, list[Archive]] = {name: [] for name in names}
    for name, files in await asyncio.gather(*(one(name, index) for name in names for index in indexes)):
        found[name].extend(files)
    return found


async def _page(client: Client, url: str) -> list[Archive]:
    if "://" not in url or url.startswith("file:"):
        page = _path(url) / "index.html"
        return parse_page(page.read_bytes(), page.as_uri()) if page.is_file() else []
    try:
        return parse_page(await download_bytes(client, url), url)
    except RuntimeError as reason:  # rattler's only one here
        if any(code in str(reason) for code in _NOT_THERE):
            return []
        said = str(reason).partition(" for url")[0]
        raise HarnessError(
            f"A package index can't be asked for '{url.rstrip('/').rpartition('/')[2]}': {said}.\n"
            "If it is another one, configure it for pip (PIP_INDEX_URL) or for uv (UV_DEFAULT_INDEX)."
        ) from reason


def _on_disk(path: Path) -> Archive:
    size_bytes = path.stat().st_size
    return Archive(file_name=path.name, url=path.as_uri(), sha256=sha256_of(path), size_bytes=size_bytes)


def _path(address: str) -> Path:
    local = url2pathname(urlsplit(address).path) if address.startswith("file:") else address
    return Path(local).expanduser().absolute()


def _project(file_name: str) -> str:
    return re.sub(r"[-_.]+", "-", file_name.partition("-")[0]).lower()


def _name(link: str) -> str:
    return unquote(urlsplit(link).path.rpartition("/")[2])


def _sha256(link: str) -> str:
    match = re.search(r"sha256=([0-9a-f]{64})", urldefrag(link).fragment)
    return match[1] if match else ""


def _with_login(url: str, page: str) -> str:
    """Who may read an index's page may read its files on the same host."""
    of_file, of_page = urlsplit(url), urlsplit(page)
    if "@" in of_file.netloc or of_file.netloc != of_page.netloc.rpartition("@")[2]:
        return url
    return of_file._replace(netloc=of_page.netloc).geturl()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self.found.append(address)
