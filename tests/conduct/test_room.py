"""The folders of a run in progress."""

from harness.conduct.room import Room


def test_probes_that_stand_elsewhere_find_the_folder_for_arrays(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    room = Room((tmp_path / "results").relative_to(tmp_path), tmp_path / "scratch")
    assert room.arrays == tmp_path / "results" / "arrays"
    assert room.arrays.is_dir()
    assert room.new_log().is_absolute()
