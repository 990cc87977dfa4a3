"""repo2docker accepts this repository, and builds from the file that was generated for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.readers import reader

ROOT = Path(__file__).parents[2]
BASE = "docker.io/library/buildpack-deps:jammy@sha256:" + "0" * 64


def test_repo2docker_accepts_the_repository_and_uses_the_generated_file(tmp_path):
    # A clone, because of what lies about in a working folder.
    subprocess.run(["git", "clone", "--quiet", "--depth=1", ROOT.as_uri(), tmp_path / "clone"], check=True)
    command = [reader("jupyter-repo2docker"), "--no-build", "--debug", f"--Repo2Docker.base_image={BASE}"]
    told = subprocess.run(
        [*command, tmp_path / "clone"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert told.returncode == 0, told.stderr
    assert "python=3.12" in told.stderr  # as in conda-lock.yml
    recipe = told.stdout
    assert f"FROM {BASE}" in recipe
    assert '--file "binder/environment.yml"' in recipe
    copied = [line.split()[-2] for line in recipe.splitlines() if line.startswith("COPY") and "src/" in line]
    assert set(copied) == {"src/binder/environment.yml", "src/"}, copied
