import sys
import types

import pytest

from harness_probe.settings import Settings
from harness_probe.strays import strays


@pytest.fixture
def imported(monkeypatch):
    """Have a module of that name loaded from a file."""

    def load(name, file):
        module = types.ModuleType(name)
        module.__file__ = file
        monkeypatch.setitem(sys.modules, name, module)

    return load


def settings(tmp_path, checkout="cache/checkout"):
    return Settings(mode="collect", paths=[], original=str(tmp_path / "tree"), checkout=str(tmp_path / checkout))


def test_a_module_from_the_users_tree_is_one(tmp_path, imported):
    imported("pack.work", str(tmp_path / "tree" / "src" / "pack" / "work.py"))
    assert strays(settings(tmp_path)) == {"pack.work": str(tmp_path / "tree" / "src" / "pack" / "work.py")}


def test_a_module_from_the_checkout_is_none_even_where_that_lies_in_the_tree(tmp_path, imported):
    imported("pack", str(tmp_path / "cache" / "checkout" / "pack.py"))
    assert strays(settings(tmp_path)) == {}
    imported("pack", str(tmp_path / "tree" / "cache" / "pack.py"))
    assert strays(settings(tmp_path, "tree/cache")) == {}


def test_what_is_installed_in_an_environment_within_the_tree_is_none(tmp_path, imported, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "tree" / ".venv"))
    imported("numpy", str(tmp_path / "tree" / ".venv" / "lib" / "numpy.py"))
    assert strays(settings(tmp_path)) == {}


def test_a_folder_whose_name_only_begins_alike_is_another_one(tmp_path, imported):
    imported("pack", str(tmp_path / "tree-2" / "pack.py"))
    assert strays(settings(tmp_path)) == {}


def test_links_hide_nothing(tmp_path, imported):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "pack.py").touch()
    (tmp_path / "link").symlink_to(tmp_path / "tree")
    imported("pack", str(tmp_path / "link" / "pack.py"))
    assert list(strays(settings(tmp_path))) == ["pack"]


def test_without_a_checkout_there_are_none(tmp_path, imported):
    imported("pack", str(tmp_path / "tree" / "pack.py"))
    assert strays(Settings(mode="collect", paths=[])) == {}
