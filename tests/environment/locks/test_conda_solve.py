"""Conda packages, chosen over small channels that only say what they offer."""

import json
import subprocess
import sys
import time

import pytest

from harness.environment import Wish, lock_names, make_locks
from harness.environment.locks.check import check
from harness.environment.locks.conda_lock import on_platform, read_conda_lock
from harness.failure import HarnessError

from .offers import Offers

HEAD = "name: x\nchannels: [main]\nplatforms: [linux-64, osx-arm64]\ndependencies:\n  - python >=3.11\n"


@pytest.fixture
def offers(tmp_path):
    channel = Offers(tmp_path / "channel")
    channel.add("python", "3.12.1", on=("linux-64", "osx-arm64", "win-64"))
    return channel.add("python", "3.11.9", on=("linux-64", "osx-arm64", "win-64"))


@pytest.fixture
def declared(project, wheelhouse):
    """Writes environment.yml; what conda has, the wheelhouse has too."""
    for name in ("alpha", "beta"):
        for version in ("1.0", "1.1", "2.0"):
            wheelhouse.add(name, version)

    def write(dependencies, head=HEAD):
        (project / "environment.yml").write_text(head + dependencies)
        return project

    return write


def lock(project, offers, *names, update=(), said=None):
    wish = Wish(channels=(str(offers.folder),), update=tuple(update))
    return make_locks(project, names, wish=wish, progress=said.append if said is not None else lambda _line: None)


def read(project, file="conda-lock.yml"):
    return read_conda_lock((project / file).read_text(), file)


def versions(project, platform="linux-64", file="conda-lock.yml"):
    return {package.name: package.version for package in on_platform(read(project, file), platform)}


def files(project):
    paths = (path for path in project.rglob("*") if path.is_file())
    return {str(path.relative_to(project)): path.read_bytes() for path in paths}


def test_conda_packages_wheels_and_binders_file_are_made_together_and_twice_gives_the_same_bytes(declared, offers):
    offers.add("alpha", "1.0").add("beta", "1.1", ["alpha >=1", "python >=3.11"])
    project = declared("  - beta\n")
    made = lock(project, offers)
    assert [each.path.removeprefix(f"{project}/") for each in made] == [
        "conda-lock.yml", "binder/environment.yml", "envs/base.lock.txt",
    ]  # fmt: skip
    assert versions(project) == {"alpha": "1.0", "beta": "1.1", "python": "3.12.1"}
    binder = (project / "binder" / "environment.yml").read_text()
    assert "  - alpha=1.0=0\n  - beta=1.1=0\n  - python=3.12.1=0\n" in binder
    before = files(project)
    assert not any(each.changed for each in lock(project, offers))
    assert files(project) == before


def test_wheels_have_the_versions_of_the_conda_packages(declared, offers):
    offers.add("beta", "1.1")
    project = declared("  - beta\n")
    lock(project, offers)
    assert (project / "envs" / "base.lock.txt").read_text().startswith("beta==1.1 ")
    offers.add("beta", "2.0")
    lock(project, offers, update=["beta"])
    assert (project / "envs" / "base.lock.txt").read_text().startswith("beta==2.0 ")


def test_platforms_that_have_to_differ_have_wheels_that_differ(declared, offers):
    offers.add("beta", "2.0", on=["linux-64"]).add("beta", "1.1", on=["osx-arm64"])
    project = declared("  - beta\n")
    lock(project, offers)
    lines = (project / "envs" / "base.lock.txt").read_text().splitlines()
    assert [line.rstrip(" \\") for line in lines if "==" in line and "beta" in line] == [
        "beta==1.1 ; platform_machine == 'arm64' and sys_platform == 'darwin'",
        "beta==2.0 ; platform_machine != 'arm64' or sys_platform != 'darwin'",
    ]


def test_a_version_that_not_every_python_can_have_is_for_those_that_can_conda_s_own_among_them(
    declared, offers, wheelhouse
):
    wheelhouse.add("beta", "2.5", pythons=">=3.12")
    offers.add("beta", "2.5", ["python >=3.12"])
    project, said = declared("  - beta\n"), []
    lock(project, offers, said=said)
    lines = (project / "envs" / "base.lock.txt").read_text().splitlines()
    assert [line.rstrip(" \\") for line in lines if "==" in line and "beta" in line] == [
        "beta==2.0 ; python_full_version < '3.12'", "beta==2.5 ; python_full_version >= '3.12'",
    ]  # fmt: skip
    assert not any("as conda has it" in line for line in said)
    assert not any("as a wheel" in finding.problem for finding in check(project).findings)
    assert not any(each.changed for each in lock(project, offers))


def test_wheels_that_no_index_has_are_named_with_their_place(declared):
    project = declared("  - beta >=99\n", head=HEAD.replace("[main]", "[]"))
    with pytest.raises(HarnessError, match=r"^environment.yml:6:5: Locking 'base' failed(.|\n)*beta>=99"):
        make_locks(project, progress=lambda _line: None)


def test_where_no_wheel_has_the_version_another_one_is_taken_and_said(declared, offers):
    offers.add("beta", "1.7")
    said = []
    lock(declared("  - beta\n"), offers, said=said)
    assert "envs/base.lock.txt: beta 2.0, not 1.7 as conda has it" in said


def test_what_still_satisfies_stays_and_what_no_longer_does_moves_alone(declared, offers):
    offers.add("alpha", "1.0").add("beta", "1.0")
    project = declared("  - alpha\n  - beta\n")
    lock(project, offers)
    offers.add("alpha", "2.0").add("beta", "2.0").add("python", "3.12.2", on=("linux-64", "osx-arm64"))
    assert not any(each.changed for each in lock(project, offers))
    declared("  - alpha >=1\n  - beta >=2\n")
    lock(project, offers)
    assert versions(project) == {"alpha": "1.0", "beta": "2.0", "python": "3.12.1"}


def test_only_what_is_to_be_updated_becomes_newer(declared, offers):
    offers.add("alpha", "1.0").add("beta", "1.0")
    project = declared("  - alpha\n  - beta\n")
    lock(project, offers)
    offers.add("alpha", "2.0").add("beta", "2.0")
    lock(project, offers, update=["alpha"])
    assert versions(project) == {"alpha": "2.0", "beta": "1.0", "python": "3.12.1"}
    with pytest.raises(HarnessError, match=r"'alhpa' is in none of these locks.*Did you mean 'alpha'\?"):
        lock(project, offers, update=["alhpa"])


def test_what_its_channel_no_longer_offers_does_not_stay(declared, offers):
    offers.add("alpha", "1.0").add("alpha", "1.1")
    project = declared("  - alpha\n")
    lock(project, offers)
    offers.take_away("alpha", "1.1")
    lock(project, offers)
    assert versions(project)["alpha"] == "1.0"


def test_a_platform_that_comes_to_it_follows_those_that_are_locked(declared, offers):
    everywhere = ("linux-64", "osx-arm64", "win-64")
    offers.add("alpha", "1.0", on=everywhere)
    project = declared("  - alpha\n")
    lock(project, offers)
    offers.add("alpha", "2.0", on=everywhere)
    declared("  - alpha\n", HEAD.replace("osx-arm64", "osx-arm64, win-64"))
    lock(project, offers)
    assert {platform: versions(project, platform)["alpha"] for platform in everywhere} == dict.fromkeys(
        everywhere, "1.0"
    )


def test_platforms_agree_on_the_newest_version_that_all_have(declared, offers):
    offers.add("alpha", "2.0", on=["linux-64"]).add("alpha", "1.1", on=["linux-64", "osx-arm64"])
    offers.add("alpha", "1.0", on=["linux-64", "osx-arm64"])
    offers.add("beta", "2.0", ["alpha >=2"], on=["linux-64"]).add("beta", "1.0", on=["linux-64", "osx-arm64"])
    project = declared("  - alpha\n  - beta\n")
    lock(project, offers)
    assert versions(project) == versions(project, "osx-arm64") == {"alpha": "1.1", "beta": "1.0", "python": "3.12.1"}


def test_where_not_all_platforms_can_agree_the_others_do(declared, offers):
    offers.add("alpha", "2.0", on=["linux-64"])
    offers.add("alpha", "1.1", on=["linux-64", "osx-arm64"])
    offers.add("alpha", "1.0", on=["win-64"])
    project = declared("  - alpha\n", HEAD.replace("osx-arm64", "osx-arm64, win-64"))
    lock(project, offers)
    assert [versions(project, each)["alpha"] for each in ("linux-64", "osx-arm64", "win-64")] == ["1.1", "1.1", "1.0"]


def test_what_was_not_asked_for_by_name_costs_nothing_that_was(declared, offers):
    offers.add("beta", "2.0", ["alpha >=2"], on=["linux-64"]).add("beta", "2.0", ["alpha <2"], on=["osx-arm64"])
    offers.add("beta", "1.0", ["alpha >=1"]).add("alpha", "1.0").add("alpha", "2.0")
    project = declared("  - beta\n")
    lock(project, offers)
    assert [versions(project, each)["beta"] for each in ("linux-64", "osx-arm64")] == ["2.0", "2.0"]
    assert [versions(project, each)["alpha"] for each in ("linux-64", "osx-arm64")] == ["2.0", "1.0"]


def test_the_newest_set_holds_nothing_and_may_lift_a_ceiling(declared, offers):
    offers.add("alpha", "1.0")
    project = declared("  - alpha <2\n")
    (project / "envs" / "newest.yml").write_text("resolution: newest\ndependencies: [alpha]\n")
    lock(project, offers)
    offers.add("alpha", "2.0")
    lock(project, offers)
    assert versions(project)["alpha"] == "1.0"
    assert versions(project, file="envs/newest.conda-lock.yml")["alpha"] == "2.0"
    assert lock_names(project) == ["base", "newest"]
    assert (project / "envs" / "newest.lock.txt").read_text().startswith("alpha==2.0 ")


def test_the_oldest_set_has_the_floors_of_what_is_declared_and_the_newest_of_the_rest(declared, offers):
    for version in ("1.0", "1.1", "2.0"):
        offers.add("alpha", version).add("beta", version, ["alpha"])
    project = declared("  - beta >=1.1\n")
    (project / "envs" / "oldest.yml").write_text("resolution: lowest-direct\n")
    lock(project, offers, "oldest")
    found = versions(project, file="envs/oldest.conda-lock.yml")
    assert found == {"alpha": "2.0", "beta": "1.1", "python": "3.11.9"}
    assert "beta==1.1 " in (project / "envs" / "oldest.lock.txt").read_text()


def test_a_folder_may_say_that_its_packages_lie_elsewhere(declared, offers):
    offers.base_url = "https://conda.example/main"
    offers.add("alpha", "1.0")
    project = declared("  - alpha\n")
    lock(project, offers)
    assert read(project).channels == ("main",)
    assert {package.url for package in read(project).packages if package.name == "alpha"} == {
        "https://conda.example/main/noarch/alpha-1.0-0.conda"
    }
    assert all(str(offers.folder) not in content.decode() for content in files(project).values())


def test_virtual_packages_are_those_that_are_stated_for_the_platform(declared, offers):
    offers.add("alpha", "2.0", ["__glibc >=2.99"], on=["linux-64"])
    offers.add("alpha", "1.0", ["__glibc >=2.17,<3.0.a0", "__linux"], on=["linux-64"])
    offers.add("alpha", "1.0", ["__osx >=11.0"], on=["osx-arm64"])
    project = declared("  - alpha\n")
    lock(project, offers)
    assert versions(project)["alpha"] == versions(project, "osx-arm64")["alpha"] == "1.0"


def test_dependencies_that_a_package_states_twice_are_one_in_the_lock(declared, offers):
    offers.add("alpha", "1.0", ["beta >=1", "beta <3", "python >=3.11", "python 3.12.* 0"]).add("beta", "2.0")
    project = declared("  - alpha\n")
    lock(project, offers)
    (alpha,) = [package for package in on_platform(read(project), "linux-64") if package.name == "alpha"]
    assert alpha.depends == {"beta": ">=1,<3", "python": ">=3.11,3.12.* 0"}


def test_what_cannot_be_satisfied_is_said_in_words_with_its_line(declared, offers):
    offers.add("alpha", "1.0").add("beta", "1.0", ["alpha >=2"])
    project = declared("  - alpha >=1\n  - beta\n")
    with pytest.raises(HarnessError) as refused:
        lock(project, offers)
    message = str(refused.value)
    assert message.startswith("environment.yml:7:5: linux-64 can't have 'beta'")
    assert "beta 1.0 would require" in message
    assert "alpha >=2, for which no candidates were found" in message
    assert not (project / "conda-lock.yml").exists()


def test_a_version_that_is_nowhere_is_said_for_the_platform_that_lacks_it(declared, offers):
    offers.add("alpha", "1.0", on=["linux-64", "osx-arm64"]).add("alpha", "2.0", on=["linux-64"])
    with pytest.raises(HarnessError, match=r"environment\.yml:6:5: osx-arm64 can't have 'alpha >=2'(.|\n)*alpha >=2"):
        lock(declared("  - alpha >=2\n"), offers)


def test_a_name_that_is_in_no_channel_is_named_with_its_place_and_the_nearest_one(declared, offers):
    offers.add("alpha", "1.0")
    with pytest.raises(HarnessError) as refused:
        lock(declared("  - alhpa >=1\n"), offers)
    assert str(refused.value) == (
        "environment.yml:6:5: 'alhpa' is in no channel of this environment (main) for linux-64.\nDid you mean 'alpha'?"
    )


def test_a_specification_that_conda_does_not_understand_is_named_with_its_place(declared, offers):
    with pytest.raises(HarnessError, match=r"environment\.yml:6:5: "):
        lock(declared("  - alpha >=1.0.*.*\n"), offers)


def test_a_channel_without_digests_locks_nothing(declared, offers):
    offers.add("alpha", "1.0", md5=None)
    with pytest.raises(HarnessError, match=r"alpha-1\.0-0\.conda: its channel states no md5"):
        lock(declared("  - alpha\n"), offers)


@pytest.mark.parametrize("damage", ["", "{", '{"packages": 7}', "\0", json.dumps({"packages.conda": {"a": {}}})])
def test_a_damaged_index_is_named(declared, offers, damage):
    project = declared("")
    (offers.folder / "linux-64" / "repodata.json").write_text(damage)
    with pytest.raises(HarnessError, match=r"channel can't be read as a channel: "):
        lock(project, offers)
    assert not (project / "conda-lock.yml").exists()


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ("./nowhere", "--channel: there is no folder './nowhere'"),
        ("http://127.0.0.1:9/none", "environment.yml:2:12: http://127.0.0.1:9/none can't be read as a channel: "),
        ("file:///nowhere", "environment.yml:2:12: file:///nowhere can't be read as a channel: could not find subdir"),
    ],
)
def test_a_channel_that_is_not_there_is_named(declared, channel, message):
    project = declared("")
    with pytest.raises(HarnessError) as refused:
        make_locks(project, wish=Wish(channels=(channel,)), progress=lambda _line: None)
    assert message in str(refused.value)


def test_channels_of_the_declaration_may_be_folders_beside_it(declared, offers, tmp_path):
    offers.add("alpha", "1.0")
    project = declared("  - alpha\n", HEAD.replace("[main]", "[../channel]"))
    make_locks(project, progress=lambda _line: None)
    assert read(project).channels == ("../channel",)


class TestWithoutAChannelInReach:
    """A machine that reaches an index of wheels, and no channel."""

    @pytest.fixture
    def alone(self, declared, offers):
        """A locked project whose channel is no longer in reach, and a newer wheel."""
        offers.add("alpha", "1.0")
        project = declared("  - alpha\n", HEAD.replace("[main]", "['http://127.0.0.1:9/main']"))
        lock(project, offers)
        return project

    def relock(self, project, said, update=()):
        return make_locks(project, wish=Wish(update=update), progress=said.append)

    def test_what_satisfies_stays_and_wheels_are_locked(self, alone):
        before, said = files(alone), []
        made = self.relock(alone, said)
        assert [each.changed for each in made] == [False, False, False]
        assert files(alone) == before
        assert any("conda-lock.yml stays as it is" in line and "no channel is in reach" in line for line in said)

    def test_a_looser_declaration_is_still_satisfied(self, alone):
        text = (alone / "environment.yml").read_text()
        (alone / "environment.yml").write_text(text.replace("- alpha", "- alpha <3"))
        assert not any(each.changed for each in self.relock(alone, []))

    @pytest.mark.parametrize(
        ("old", "new"),
        [("- alpha", "- alpha >=2"), ("- alpha", "- beta"), ("[linux-64", "[win-64, linux-64"), ("9/main", "9/other")],
    )
    def test_what_has_to_change_cannot(self, alone, old, new):
        text = (alone / "environment.yml").read_text()
        (alone / "environment.yml").write_text(text.replace(old, new))
        before = files(alone)
        with pytest.raises(HarnessError, match=r"environment\.yml:2:12: http(.|\n)*--channel ADDRESS"):
            self.relock(alone, [])
        assert files(alone) == before

    def test_an_update_of_a_conda_package_cannot_be_had(self, alone):
        with pytest.raises(HarnessError, match="--channel ADDRESS"):
            self.relock(alone, [], update=("alpha",))


def test_a_lock_killed_at_any_moment_leaves_each_file_old_or_new(declared, offers):
    offers.add("alpha", "1.0")
    project = declared("  - alpha\n")
    lock(project, offers)
    old = files(project)
    offers.add("alpha", "2.0")
    options = ["--update", "alpha", "--channel", offers.folder]
    command = [sys.executable, "-c", "from harness.cli import main; main()", "env", "lock", *options]
    for wait_s in (0.3, 0.6, 0.9):
        with subprocess.Popen(command, cwd=project, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
            time.sleep(wait_s)
            process.kill()
    killed = files(project)
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    new = files(project)
    assert new["conda-lock.yml"] != old["conda-lock.yml"]
    assert all(killed[name] in {old[name], new[name]} for name in old)


def test_a_lock_that_was_edited_by_hand_is_refused_before_anything_is_made(declared, offers):
    offers.add("alpha", "1.0")
    project = declared("  - alpha\n")
    lock(project, offers)
    path = project / "conda-lock.yml"
    path.write_text(path.read_text().replace("'1.0'", "'1.1'").replace("alpha-1.0", "alpha-1.1"))
    with pytest.raises(HarnessError, match=r"conda-lock\.yml: the lock was edited or cut short"):
        lock(project, offers)
