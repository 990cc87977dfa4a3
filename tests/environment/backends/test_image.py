"""Images: built from their lock, found by their labels, and nothing in them that doesn't belong there."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import tarfile
import time
from datetime import UTC, datetime

import msgspec
import pytest
from containers import HARNESS, TELLTALE, none_left, write_small_lock

from harness import __version__
from harness.environment import Command, Guard, Provision, find, parse_address, realize, remove, verify
from harness.environment.backends import image_context
from harness.environment.backends.image import LOCK
from harness.environment.backends.image_build import STAGE, _follow, forget_stages
from harness.environment.locks.wheel_lock import lock_digest
from harness.environment.processes import engine as engines
from harness.environment.processes.container import spawn
from harness.failure import HarnessError

# Prints paths of a whole image that have no place in one, and compiled files that don't fit their sources.
LOOK = r"""
import json, os, struct
names, stale = [], []
suspects = {"gcc", "g++", "cc", "c++", "clang", "ld", "make", "uv", "ca-bundle.crt", "driver.lock.txt", "Dockerfile"}
for top in ("/opt", "/usr", "/bin", "/root", "/home", "/build", "/srv", "/tmp", "/var"):
    for folder, folders, files in os.walk(top):
        names += [os.path.join(folder, name) for name in suspects & set(files)]
        names += [os.path.join(folder, name) for name in folders if name in ("pip", "uv") and "cache" in folder]
        if "/opt/harness" in folder and folder.endswith("__pycache__"):
            for name in files:
                source = os.path.join(os.path.dirname(folder), name.split(".")[0] + ".py")
                with open(os.path.join(folder, name), "rb") as file:
                    flags, mtime, size = struct.unpack("<4xLLL", file.read(16))
                status = os.stat(source)
                if flags == 0 and (mtime, size) != (int(status.st_mtime) & 0xFFFFFFFF, status.st_size):
                    stale.append(source)
print(json.dumps({"names": names, "stale": stale, "uid": os.getuid()}))
"""


def silent(_line):
    pass


def create(project, **variables):
    """`harness env create small@image`, as a process."""
    return subprocess.Popen(
        [HARNESS, "env", "create", "small@image"],
        cwd=project,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def other_project(tmp_path, small_image, base_image, monkeypatch):
    """A project whose lock has no image yet: in it, one package less."""
    monkeypatch.setenv("HARNESS_BASE_IMAGE", base_image)
    monkeypatch.setenv("PIP_TRUSTED_HOST", TELLTALE)  # as for the first: so the engine knows most steps already
    lock = write_small_lock(tmp_path, without=("psutil",))
    lock.write_text(f"# {time.time_ns()}\n{lock.read_text()}")
    yield tmp_path
    with contextlib.suppress(HarnessError):
        found = find(parse_address("small@image", tmp_path))
        if found:
            remove(found)


@pytest.fixture
def derive(engine, small):
    """Builds images on the one of `small`, from what a Dockerfile says."""
    made = []

    def built(*lines):
        recipe = "\n".join([f"FROM {small.image}", "USER root", *lines]).encode()
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as tar:
            entry = tarfile.TarInfo("Dockerfile")
            entry.size = len(recipe)
            tar.addfile(entry, io.BytesIO(recipe))
        context.seek(0)
        told = list(engine.api.build(fileobj=context, custom_context=True, decode=True, rm=True, forcerm=True))
        (image,) = [message["aux"]["ID"] for message in told if "aux" in message]
        made.append(image)
        return msgspec.structs.replace(small, image=image)

    yield built
    for image in made:
        with contextlib.suppress(Exception):
            engine.api.remove_image(image, force=True)


def test_an_image_that_is_built_is_up_to_date_and_not_built_again(small_image, small_project, small):
    began = time.monotonic()
    again = create(small_project)
    printed, said = again.communicate()
    assert (again.returncode, printed) == (0, "/opt/harness/env/bin/python\n")
    assert said == f"small@image: up to date (image {small.image.removeprefix('sha256:')[:12]})\n"
    assert time.monotonic() - began < 10


def test_its_labels_say_what_it_was_made_from(engine, small, small_project, base_image):
    labels = engine.api.inspect_image(small.image)["Config"]["Labels"]
    digest = lock_digest((small_project / "envs" / "small.lock.txt").read_text())
    assert labels == {
        "scaling-harness.environment": "small",
        "scaling-harness.lock": digest,
        "scaling-harness.machine": os.uname().machine,
        "scaling-harness.recipe": image_context.recipe_digest(),
        "scaling-harness.version": __version__,
        "org.opencontainers.image.base.name": base_image,
        "org.opencontainers.image.revision": "",  # the project is no repository
    }
    assert small.lock_digest == digest


def test_nothing_of_how_packages_were_reached_is_in_it(engine, small):
    told = json.dumps([engine.api.history(small.image), engine.api.inspect_image(small.image)])
    assert TELLTALE not in told
    assert "PIP_" not in told
    assert "ca-bundle" not in told
    assert "://" not in told


def test_it_holds_the_environment_and_no_compiler_cache_or_certificate(small, tmp_path):
    with contextlib.closing(Guard()) as guard:
        command = Command(arguments=("-c", LOOK), settings={}, folder=tmp_path, log=tmp_path / "log", reads=(tmp_path,))
        held = spawn(small, command, guard)
        found = json.loads(held.stdout.read())
        held.kill()
    assert found["names"] == []
    assert found["stale"] == []


def test_it_runs_as_nobody_in_particular(engine, small):
    config = engine.api.inspect_image(small.image)["Config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/opt/harness/env/bin/python"]


def test_it_is_verified_down_to_the_file(small):
    verified = verify(small)
    assert (verified.state, verified.findings) == ("verified", [])
    assert verified.packages == 8
    assert verified.files > 500


def test_what_was_changed_in_an_image_is_named(derive):
    site = "/opt/harness/env/lib/python3*/site-packages"
    edit = f"echo '# more' >> $(echo {site}/pluggy/__init__.py)"
    drifted = derive(f"RUN {edit} && rm -r {site}/psutil* && touch $(echo {site})/left.py")
    found = verify(drifted)
    assert found.state == "drifted"
    assert any(finding.startswith("missing: psutil 7") for finding in found.findings), found.findings
    assert any(finding.startswith("edited:") and "pluggy/__init__.py" in finding for finding in found.findings)
    assert any(finding.startswith("added:") and "left.py" in finding for finding in found.findings), found.findings


def test_an_image_whose_python_is_gone_is_told(derive):
    with pytest.raises(HarnessError, match=r"small@image: .*(doesn't start|could not be started)"):
        verify(derive("RUN rm /opt/harness/env/bin/python"))


def test_only_images_of_the_harness_are_removed(engine, derive, base_image, small):
    with pytest.raises(HarnessError, match="didn't make this image"):
        remove(msgspec.structs.replace(small, image=base_image))
    ours = derive("RUN true")
    remove(ours)
    assert not [image for image in engine.api.images() if image["Id"] == ours.image]
    remove(ours)  # gone already


def test_two_at_once_build_one(other_project, engine):
    both = [create(other_project) for _ in range(2)]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("Building the image" in text for text in said) == 1
    digest = lock_digest((other_project / "envs" / "small.lock.txt").read_text())
    assert len(engine.api.images(filters={"label": f"{LOCK}={digest}"})) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_cut_leaves_no_image_and_the_next_one_completes(other_project, number):
    building = create(other_project)
    for line in building.stderr:
        if line.startswith("Step 18"):  # the last stage has begun
            break
    building.send_signal(number)
    _, said = building.communicate(timeout=60)
    assert building.returncode == (-9 if number == signal.SIGKILL else 130), said
    address = parse_address("small@image", other_project)
    assert find(address) is None
    said = []
    made = realize(address, said.append)
    assert said[0].startswith("Building the image 'small'")
    assert verify(made).state == "verified"


def test_a_wheel_with_another_hash_is_refused_and_the_step_is_named(other_project):
    lock = other_project / "envs" / "small.lock.txt"
    before, pluggy, after = re.split(r"\n(?=pluggy==|py-cpuinfo==)", lock.read_text(), maxsplit=2)
    lock.write_text("\n".join([before, re.sub(r"sha256:[0-9a-f]{8}", "sha256:00000000", pluggy), after]))
    with pytest.raises(HarnessError) as refused:
        realize(parse_address("small@image", other_project), silent)
    text = str(refused.value)
    assert text.startswith("small@image: building the image failed in step ")
    assert "Hash mismatch for `p" in text
    assert "Traceback" not in text


def test_a_base_image_that_is_not_to_be_had_is_told_with_the_way_out(other_project, monkeypatch):
    monkeypatch.setenv("HARNESS_BASE_IMAGE", "localhost:1/no/such:image")
    with pytest.raises(HarnessError, match="HARNESS_BASE_IMAGE"):
        realize(parse_address("small@image", other_project), silent)


def test_another_base_image_is_another_image(small_image, small_project, engine, base_image, monkeypatch):
    monkeypatch.setenv("HARNESS_BASE_IMAGE", base_image)
    address = parse_address("small@image", small_project)
    assert find(address) is not None
    assert find(address, Provision(base_image="another:one")) is None


def test_an_image_has_no_folder(small_project):
    with pytest.raises(HarnessError, match="no folder"):
        realize(parse_address("small@image", small_project), silent, Provision(prefix="/somewhere"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("unix:///nonexistent.sock", "no container engine answers there"),
        ("tcp://192.0.2.1:2375", "an engine on another machine"),
        ("ssh://somewhere", "an engine on another machine"),
    ],
)
def test_an_address_with_no_engine_of_this_machine_is_told(small_project, address, words):
    made = create(small_project, DOCKER_HOST=address)
    printed, said = made.communicate(timeout=60)
    assert (made.returncode, printed) == (2, "")
    assert words in said
    assert "Traceback" not in said


def test_where_no_engine_listens_it_is_told_what_to_install(monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(engines, "_places", lambda _environ: [])
    with pytest.raises(HarnessError, match=r"none listens.*apt-get install docker\.io.*Podman"):
        engines.connect()


def test_an_engine_that_goes_away_while_it_builds_is_told(other_project, forwarder):
    building = create(other_project)
    for line in building.stderr:
        if line.startswith("Step 16"):
            break
    forwarder.go_away()
    said = building.communicate(timeout=60)[1]
    assert building.returncode == 2, said
    assert "the container engine doesn't answer any more" in said
    assert "Traceback" not in said


# --- what is sent to the engine, without one


def test_the_context_is_the_same_bytes_each_time_and_holds_no_more_than_the_recipe_copies(tmp_path):
    def packed():
        with image_context.pack("small", "lock", Provision(ca_bundle=str(bundle))) as file:
            return file.read()

    bundle = tmp_path / "certificates.pem"
    bundle.write_text("certificate")
    first = packed()
    assert first == packed()
    with tarfile.open(fileobj=io.BytesIO(first)) as tar:
        names = tar.getnames()
    assert {name.split("/")[0] for name in names} == {"Dockerfile", "envs", "harness", "harness_probe", "ca-bundle.crt"}
    assert not [name for name in names if "__pycache__" in name]


def test_a_bundle_of_certificates_that_is_not_there_is_told():
    with pytest.raises(HarnessError, match=r"/nowhere/bundle\.pem: can't be read: No such file"):
        image_context.pack("small", "lock", Provision(ca_bundle="/nowhere/bundle.pem"))


def test_the_build_is_told_where_packages_are_as_pip_is_and_of_no_folder_here(tmp_path, monkeypatch):
    settings = image_context.build_settings(
        {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": "https://user:word@index.invalid/simple",
            "PIP_EXTRA_INDEX_URL": f"{tmp_path.as_uri()} https://more.invalid/simple",
            "PIP_TRUSTED_HOST": "index.invalid",
            "HTTPS_PROXY": "http://proxy.invalid:3128",
            "UNRELATED": "1",
        }
    )
    assert settings == {
        "PIP_INDEX_URL": "https://user:word@index.invalid/simple",
        "PIP_EXTRA_INDEX_URL": "https://more.invalid/simple",
        "PIP_TRUSTED_HOST": "index.invalid",
        "HTTPS_PROXY": "http://proxy.invalid:3128",
    }


def test_addresses_and_the_engines_asides_are_kept_out_of_progress_and_errors():
    told = [
        {"stream": "Step 1/3 : FROM base\n"},
        {"stream": " ---> 0123456789ab\n"},
        {"stream": "Step 2/3 : RUN pip\n"},
        {"stream": "\x1b[91mlooking in https://user:word@index.invalid/simple\x1b[0m\n"},
        {"error": "The command '/bin/sh -c pip' returned a non-zero code: 1"},
    ]
    said = []
    with pytest.raises(HarnessError) as failed:
        _follow("small@image", told, said.append)
    assert said == ["Step 1/3 : FROM base", "Step 2/3 : RUN pip", "looking in (address)"]
    assert str(failed.value).startswith(
        "small@image: building the image failed in step 2/3 (RUN):\nlooking in (address)\n"
    )


def test_the_base_image_of_the_recipe_is_named_by_its_digest():
    name, _, digest = image_context.default_base().partition("@sha256:")
    assert name.startswith("python:3.")
    assert len(digest) == 64


def test_no_container_of_these_tests_is_left(engine):
    assert none_left(engine, os.getpid())


def test_what_earlier_builds_left_goes_and_the_latest_stays(engine):
    left = [_untagged(engine, f"{year}-01-01T00:00:00Z", {STAGE: "build"}) for year in (2001, 2002)]
    foreign = _untagged(engine, "2000-01-01T00:00:00Z", {})
    young = _untagged(engine, datetime.now(UTC).isoformat(), {STAGE: "build"})
    forget_stages(engine)
    there = {image["Id"] for image in engine.api.images(all=True)}
    for image in {foreign, young}:
        engine.api.remove_image(image)
    assert there & {*left, foreign, young} == {foreign, young}


def _untagged(engine, created, labels):
    """An empty image without a name, as old as one says."""
    layer = b"\0" * 1024
    files = {
        "layer.tar": layer,
        "config.json": json.dumps(
            {"architecture": "amd64", "os": "linux", "created": created, "config": {"Labels": labels},
             "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
             "history": [{"created": created, "created_by": "a test"}]}
        ).encode(),
        "manifest.json": json.dumps([{"Config": "config.json", "RepoTags": None, "Layers": ["layer.tar"]}]).encode(),
    }  # fmt: skip
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    list(engine.api.load_image(packed.getvalue()))
    return f"sha256:{hashlib.sha256(files['config.json']).hexdigest()}"
