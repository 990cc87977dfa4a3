"""Whose fault it is that something can't be measured."""

from __future__ import annotations

import sys

import pytest

from harness.conduct import Site, SiteFault
from harness.conduct.environments import environments
from harness.conduct.scan import Scanned
from harness.conduct.site import faults_at
from harness.environment import Kind, Realized
from harness.failure import HarnessError

from .making import make_plan

SCANNED = Scanned(rootdir="", items=[], broken={}, software={"python": {"version": "3.11"}}, uncounted="")


def site_in(folder, address):
    realized = Realized(address=address, kind=Kind.PYTHON, python=sys.executable, prefix=sys.prefix)
    return Site(realized=realized, folder=folder)


@pytest.mark.parametrize("said", ["it does not start", "old: it does not start"])
def test_a_fault_names_its_site_in_front_and_once(tmp_path, said):
    site = site_in(tmp_path, "old")
    with pytest.raises(SiteFault) as caught, faults_at(site):
        raise HarnessError(said)
    assert caught.value.site is site
    assert caught.value.why == "it does not start"
    assert str(caught.value) == "old: it does not start"


def test_of_several_environments_the_one_that_cannot_be_verified_is_named(tmp_path, monkeypatch):
    def verify(realized):
        raise HarnessError("what it says of itself makes no sense")

    monkeypatch.setattr("harness.conduct.environments.verify", verify)
    sites = [site_in(tmp_path, "old"), site_in(tmp_path, "new")]
    with pytest.raises(SiteFault) as caught:
        environments(sites, [SCANNED] * 2, make_plan(paths=[]))
    assert caught.value.site is sites[0]
    with pytest.raises(HarnessError, match=r"^what it says of itself"):
        environments(sites[:1], [SCANNED], make_plan(paths=[]))
