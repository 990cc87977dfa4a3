"""What tells a container that whoever started it is gone."""

import sys
import tempfile

import pytest

from harness.environment.processes.lifeline import Lifeline
from harness.failure import HarnessError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an engine runs in a machine of its own")


def test_a_place_where_none_can_be_laid_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    lifeline = Lifeline()
    with pytest.raises(HarnessError, match="gone: a container's lifeline can't be laid there: No such file"):
        lifeline.lay()
    lifeline.close()
    assert lifeline.path == ""


def test_nothing_is_left_of_one_that_is_closed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lifeline = Lifeline()
    lifeline.lay()
    assert lifeline.path
    lifeline.close()
    lifeline.close()
    assert list(tmp_path.iterdir()) == []
