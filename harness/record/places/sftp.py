"""SFTP as OpenSSH's own client does it: only hosts that are known, with the keys and names of ~/.ssh/config."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SCHEMES = {"sftp", "ssh"}
_PATIENCE_S = 20.0


def connect(address: str) -> tuple[Any, str]:
    """The file system behind an address such as sftp://user@host:22/path, and the path.

    A host that ~/.ssh/known_hosts does not have is refused: whoever answers in its place would get all records.
    """
    import paramiko  # type: ignore[import-untyped]
    from fsspec.implementations.sftp import SFTPFileSystem  # type: ignore[import-untyped]

    class Known(SFTPFileSystem):  # type: ignore[misc]
        """fsspec's, which would take any host's word for who it is."""

        cachable = False

        def _connect(self) -> None:
            self.client = paramiko.SSHClient()
            self.client.load_system_host_keys()
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
            self.client.connect(self.host, **self.ssh_kwargs)
            self.ftp = self.client.open_sftp()

    parts = urlsplit(address)
    told = _configured(paramiko, parts.hostname or "")
    options: dict[str, Any] = {
        "port": parts.port or int(told.get("port", 22)),
        "username": unquote(parts.username) if parts.username else told.get("user", getpass.getuser()),
        "timeout": _PATIENCE_S,
    }
    if parts.password:
        options["password"] = unquote(parts.password)
    if "identityfile" in told:
        options["key_filename"] = [str(Path(file).expanduser()) for file in told["identityfile"]]
    try:
        return Known(told.get("hostname", parts.hostname), **options), parts.path.rstrip("/")
    except paramiko.SSHException as fault:
        if "not found in known_hosts" not in str(fault):
            raise
        raise paramiko.SSHException(
            f"{fault}: this host isn't known. Look at its key: `ssh-keyscan -p {options['port']} {parts.hostname}`, "
            "and add it to ~/.ssh/known_hosts."
        ) from fault


def rename_new(system: Any, hidden: str, path: str) -> None:
    """SFTP's own rename fails where the name is taken (OpenSSH makes a hard link for it)."""
    try:
        system.ftp.rename(hidden, path)
    except FileNotFoundError:
        raise
    except OSError:
        if system.exists(path):
            raise FileExistsError(path) from None
        raise


def rename_over(system: Any, hidden: str, path: str) -> None:
    """OpenSSH's extension replaces in one step."""
    system.ftp.posix_rename(hidden, path)


def _configured(paramiko: Any, host: str) -> dict[str, Any]:
    """What ~/.ssh/config says of a host."""
    path = Path("~/.ssh/config").expanduser()
    if not path.is_file():
        return {}
    return dict(paramiko.SSHConfig.from_path(str(path)).lookup(host))
