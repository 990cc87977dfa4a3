"""Real servers for stores that lie elsewhere: OpenSSH's, as the current user, and one that speaks S3."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from e2e.requirement import missing_requirement

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"


@dataclass
class Server:
    """A process that answers at a port of this machine."""

    process: subprocess.Popen
    port: int

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_sshd(home: Path) -> Server:
    """An SSH server with a host key and a user's key of its own; `home` gets the user's .ssh."""
    if not Path(SSHD).is_file():
        missing_requirement("needs OpenSSH's server (Debian: openssh-server)", "sshd")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    ssh = home / ".ssh"
    ssh.mkdir(parents=True)
    for key in (ssh / "id_ed25519", home / "host_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    shutil.copy(ssh / "id_ed25519.pub", ssh / "authorized_keys")
    port = free_port()
    settings = f"""
Port {port}
ListenAddress 127.0.0.1
HostKey {home}/host_key
AuthorizedKeysFile {ssh}/authorized_keys
PasswordAuthentication no
UsePAM no
StrictModes no
PermitRootLogin yes
PidFile none
Subsystem sftp internal-sftp
"""
    (home / "sshd_config").write_text(settings)
    kind, key, *_ = (home / "host_key.pub").read_text().split()
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
    process = subprocess.Popen([SSHD, "-D", "-f", home / "sshd_config", "-E", home / "sshd.log"])
    return _answering(Server(process, port))


def sftp_address(server: Server, folder: Path) -> str:
    return f"sftp://{getpass.getuser()}@127.0.0.1:{server.port}{folder}"


def start_s3(home: Path) -> Server:
    """A server that keeps buckets in its memory."""
    port = free_port()
    with (home / "s3.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        )
    return _answering(Server(process, port))


def make_bucket(server: Server, name: str) -> None:
    _ask(server, f"/{name}", "PUT")


def refuse_from_now_on(server: Server, after: int = 0) -> None:
    """From so many requests on, nobody's credentials are good enough."""
    _ask(server, "/moto-api/reset-auth", "POST", str(after).encode())


def _ask(server: Server, path: str, method: str, body: bytes = b"") -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{path}", data=body, method=method, headers={"Content-Type": "text/plain"}
    )
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20).close()


def _answering(server: Server) -> Server:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except OSError:
            assert server.process.poll() is None, "the server ended"
            time.sleep(0.1)
        else:
            return server
    raise AssertionError("the server doesn't answer")
