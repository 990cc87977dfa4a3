"""Other people's programs that have to understand our files, in an environment of their own."""

from functools import cache
from pathlib import Path

from harness.environment import create

ROOT = Path(__file__).parents[1]


@cache
def reader_python():
    """The Python of the environment `readers`; made once, in the user's cache."""
    return Path(create("readers", ROOT, lambda _line: None).python)


def reader(name):
    """One of the programs."""
    return reader_python().with_name(name)
