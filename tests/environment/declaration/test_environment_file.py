"""environment.yml, read."""

import pytest

from harness.environment.declaration.environment_file import Resolution, declare, declared_names
from harness.failure import HarnessError

HEAD = "name: x\nchannels: [conda-forge]\nplatforms: [linux-64]\n"


def declared(project, text):
    (project / "environment.yml").write_text(text)
    return declare(project)


def test_conda_specifications_become_requirements_of_wheels(project):
    (project / "envs" / "wheel-names.yml").write_text("matplotlib-base: matplotlib\nlibblas: null\n")
    dependencies = (
        "dependencies:\n  - python >=3.11\n  - numpy >=2.0,<2.5\n  - dask\n  - conda-forge::SciPy=1.17\n"
        "  - pandas==2.3.3\n  - joblib 1.5.*\n  - bokeh 3.9.2\n  - matplotlib-base >=3\n  - libblas\n"
        "  - pip:\n    - iniconfig>=2 ; sys_platform == 'linux'\n"
    )
    environment = declared(project, HEAD + dependencies)
    assert environment.python == ">=3.11"
    assert [wanted.requirement for wanted in environment.wanted] == [
        "numpy<2.5,>=2.0", "dask", "scipy==1.17.*", "pandas==2.3.3", "joblib==1.5.*", "bokeh==3.9.2", "matplotlib>=3",
        'iniconfig>=2; sys_platform == "linux"',
    ]  # fmt: skip
    assert environment.wanted[0].place == "environment.yml:6:5"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [x\n", "environment.yml:2:1: this is no YAML"),
        ("name: x\n\tchannels: y\n", "environment.yml:2:1: this is no YAML"),
        ("a: 1\na: 2\n", "environment.yml:2:1: 'a' stands twice"),
        ("- x\n", "environment.yml:1:1: an environment has"),
        ("", "'name' is missing"),
        (HEAD + "dependancies: []\n", "environment.yml:4:1: 'dependancies' means nothing here. Did you mean 'dep"),
        ("name: x\nchannels: [c]\nplatforms: [linux64]\ndependencies: []\n",
         "environment.yml:3:13: 'linux64' is no platform of the harness. Did you mean 'linux-64'?"),
        (HEAD + "dependencies: numpy\n", "environment.yml:4:15: 'dependencies' has to be a list"),
        (HEAD + "dependencies:\n  - numpy\n", "no 'python' among the dependencies"),
        (HEAD + "dependencies:\n  - python\n  - numpy >>2\n", "environment.yml:6:5: '>>2' says no versions"),
        (HEAD + "dependencies:\n  - python\n  - numpy 1.2|1.3\n", "environment.yml:6:5: '1.2|1.3' holds alternatives"),
        (HEAD + "dependencies:\n  - python\n  - numpy=1.2=py311_0\n", "alternatives or a build"),
        (HEAD + "dependencies:\n  - python\n  - numpy 1.2 py311_0\n", "alternatives or a build"),
        (HEAD + "dependencies:\n  - python\n  - '!'\n", "environment.yml:6:5: '!' is no dependency"),
        (HEAD + "dependencies:\n  - python\n  - pip: [foo @ file:///x]\n", "names an address"),
        (HEAD + "dependencies:\n  - python\n  - pip: ['foo bar']\n", "environment.yml:6:11: 'foo bar' is no req"),
        (HEAD + "dependencies:\n  - python\n  - pop: [foo]\n", "'pop' means nothing here. Did you mean 'pip'?"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_line_and_column(project, text, message):
    with pytest.raises(HarnessError) as refused:
        declared(project, text)
    assert message in str(refused.value)


BASE = (
    "name: x\nchannels: [conda-forge]\nplatforms: [linux-64, osx-arm64]\ndependencies:\n"
    "  - python >=3.11\n  - numpy >=2.0,<2.5\n  - typing_extensions\n  - pip: [iniconfig>=2]\n"
)


def differing(project, text):
    (project / "environment.yml").write_text(BASE)
    (project / "envs" / "other.yml").write_text(text)
    return declare(project, "other")


def test_another_environment_says_what_differs_from_the_base(project):
    other = differing(
        project,
        "resolution: lowest-direct\nplatforms: [linux-64]\n"
        "dependencies:\n  - numpy 2.1.*\n  - dask\n  - pip: [Iniconfig>=1]\n",
    )
    assert other.resolution is Resolution.LOWEST_DIRECT
    assert (other.name, other.platforms, other.channels) == ("other", ("linux-64",), ("conda-forge",))
    assert [each.spec for each in other.dependencies] == ["python >=3.11", "numpy 2.1.*", "typing_extensions", "dask"]
    assert [each.place for each in other.dependencies][1:3] == ["envs/other.yml:4:5", "environment.yml:7:5"]
    assert [each.requirement for each in other.wanted] == ["numpy==2.1.*", "typing_extensions", "dask", "Iniconfig>=1"]
    assert other.sources == ("environment.yml", "envs/other.yml")


def test_an_environment_that_differs_in_nothing_is_the_base(project):
    other, base = differing(project, ""), declare(project)
    assert (other.wanted, other.platforms, other.resolution) == (base.wanted, base.platforms, Resolution.HIGHEST)


def test_environments_are_the_base_and_the_files_beside_it_that_declare_one(project):
    differing(project, "")
    (project / "envs" / "other.conda-lock.yml").write_text("")
    (project / "envs" / "wheel-names.yml").write_text("")
    assert declared_names(project) == ["base", "other"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("platfroms: [linux-64]\n", "envs/other.yml:1:1: 'platfroms' means nothing here. Did you mean 'platforms'?"),
        ("name: x\n", "envs/other.yml:1:1: 'name' means nothing here."),
        ("platforms: [linux-46]\n", "envs/other.yml:1:13: 'linux-46' is no platform of the harness. Did you mean"),
        ("platforms: []\n", "envs/other.yml:1:12: 'platforms' names none"),
        ("resolution: higest\n", "envs/other.yml:1:13: 'higest' is no resolution. Did you mean 'highest'?"),
        ("resolution: [highest]\n", "envs/other.yml:1:13: resolution has to be a word"),
        ("dependencies: [dask, dask >=1]\n", "envs/other.yml:1:22: 'dask' stands twice; first in envs/other.yml:1:16"),
        ("- x\n", "envs/other.yml:1:1: "),
        ("dependencies: [", "envs/other.yml:2:1: this is no YAML"),
        ("channels: conda-forge\n", "envs/other.yml:1:11: 'channels' has to be a list"),
    ],
)
def test_a_fault_in_another_environment_is_named_in_its_file(project, text, message):
    with pytest.raises(HarnessError) as refused:
        differing(project, text)
    assert message in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(HarnessError, match=r"environment\.yml: there is none in .*Start in the project's folder"):
        declare(tmp_path)


@pytest.mark.parametrize("name", ["two words", ".hidden", "live", "zwölf"])
def test_a_name_that_no_address_can_have_is_refused_before_it_is_locked(project, name):
    declared(project, HEAD + "dependencies: [python >=3.11]\n")
    (project / "envs" / f"{name}.yml").touch()
    with pytest.raises(HarnessError, match=f"envs/{name}.yml: no environment can be called '{name}'.*Rename the file"):
        declare(project, name)
