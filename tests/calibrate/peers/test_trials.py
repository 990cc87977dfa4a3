"""Each peer really run, as its users run it."""

import pytest

from harness.calibrate.peers import PEERS
from harness.calibrate.peers.work import FUNCTION, source
from harness.calibrate.suite.test_loop import ten_milliseconds
from harness.failure import HarnessError
from tests.e2e.requirement import missing_requirement


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """What asv has built serves its next trial too."""
    return tmp_path_factory.mktemp("peers")


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_measures_two_versions_and_says_of_them_what_its_code_says_again(name, place, kept):
    peer = PEERS[name]
    if reason := peer.missing():
        missing_requirement(reason, name)
    trial = peer.trial(kept, 0.8, extra=2.0)
    measured, judgement = trial.measured, trial.judgement
    assert (trial.peer, trial.threshold) == (name, peer.threshold)
    assert trial.version
    assert min(*measured.first_s, *measured.second_s) > 0
    assert 0 < measured.measured_s < measured.took_s
    assert judgement.log_ratio > 0.3, "the second version does three times as much"
    assert measured.slower in {None, judgement.slower}
    assert measured.faster in {None, judgement.faster}
    assert not judgement.faster
    assert not list(kept.glob("trial-*"))


def test_a_folder_in_which_nothing_can_be_made_is_named(place, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HarnessError, match=r"file/folder: pyperf can't be measured here: Not a directory"):
        PEERS["pyperf"].trial(tmp_path / "file" / "folder", 0.5)


def test_what_peers_measure_is_the_function_that_the_harness_is_calibrated_on():
    found = {}
    exec(source(), found)
    assert found[FUNCTION]() == ten_milliseconds()
    assert found[FUNCTION].__code__.co_code == ten_milliseconds.__code__.co_code


def test_a_version_with_more_to_do_has_more_steps():
    found = {}
    exec(source(extra=0.02), found)
    assert found[FUNCTION].__defaults__ == (204_000,)
