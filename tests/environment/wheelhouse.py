"""A package index in a folder: small wheels made on the spot, and a lock of them."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path


class Wheelhouse:
    """Wheels in a folder, each a module with some functions, so that an installation takes a moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels: dict[str, tuple[str, str]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def add(
        self,
        name: str,
        version: str = "1.0",
        modules: int = 1,
        needs: tuple[str, ...] = (),
        commands: Mapping[str, str] | None = None,
        source: str = "",
        pythons: str = "",
    ) -> None:
        files = {f"{name}/__init__.py": f"VERSION = {version!r}\n{source}".encode()}
        for number in range(modules):
            body = "".join(f"def f{each}(x):\n    return x + {each}\n" for each in range(50))
            files[f"{name}/part{number}.py"] = body.encode()
        info = f"{name}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        metadata += f"Requires-Python: {pythons}\n" if pythons else ""
        files[f"{info}/METADATA"] = (metadata + "".join(f"Requires-Dist: {each}\n" for each in needs)).encode()
        files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        if commands:
            listed = "".join(f"{name} = {place}\n" for name, place in commands.items())
            files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{listed}".encode()
        rows = [f"{path},sha256={record_digest(content)},{len(content)}" for path, content in files.items()]
        files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
        wheel = self.folder / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, content in files.items():
                archive.writestr(zipfile.ZipInfo(path), content)
        self.wheels[name] = (version, hashlib.sha256(wheel.read_bytes()).hexdigest())

    def lock(self, path: Path) -> Path:
        """Write a lock of all wheels."""
        lines = [
            f"{name}=={version} \\\n    --hash=sha256:{digest}\n"
            for name, (version, digest) in sorted(self.wheels.items())
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
        return path


def record_digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
