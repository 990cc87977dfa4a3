"""environment.yml, read."""

import pytest

from harness.environment.declaration.environment_file import declare
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


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(HarnessError, match=r"environment\.yml: can't be read"):
        declare(tmp_path)
