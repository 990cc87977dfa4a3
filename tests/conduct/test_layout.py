"""Arrays lie elsewhere in their page from launch to launch, in a probe and in what it starts."""

import json
import os
import subprocess
import sys

import pytest

from harness.conduct.layout import padding

PLACES = """
import ctypes, json, os, subprocess, sys

def place():
    # Not the first: malloc maps that, and learns of its end that the next belongs onto the heap.
    del [bytearray(240_000)][0]
    kept = [bytearray(240_000) for _ in range(2)]
    return ctypes.addressof((ctypes.c_char * 1).from_buffer(kept[1])) % 4096

if len(sys.argv) > 1:
    print(place())
else:
    print(json.dumps([place(), int(subprocess.check_output([sys.executable, __file__, "child"]))]))
"""


@pytest.fixture
def places(tmp_path):
    """Of an array within its page, in a process and in one that it has started."""
    script = tmp_path / "places.py"
    script.write_text(PLACES)

    def of(settings):
        # A setting of malloc, as Dask leaves one behind, would have all arrays mapped.
        plain = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
        environ = {**plain, "PYTHONHASHSEED": "1", **settings}
        return json.loads(subprocess.check_output([sys.executable, script], env=environ))

    return of


@pytest.mark.skipif(sys.platform != "linux", reason="other heaps place arrays as they like")
def test_arrays_lie_elsewhere_for_each_seed_in_a_process_and_in_what_it_starts(places):
    here, below = zip(*(places(padding(f"{seed} loop")) for seed in range(12)), strict=True)
    assert len(set(here)) >= 9
    assert len(set(below)) >= 9


@pytest.mark.skipif(sys.platform != "linux", reason="other heaps place arrays as they like")
def test_without_it_they_lie_in_the_same_place_of_their_page_each_time(places):
    here, below = zip(*(places({}) for _ in range(6)), strict=True)
    assert len(set(here)) == len(set(below)) == 1


def test_a_seed_gives_the_same_layout_again_and_a_twin_has_its_own():
    assert padding("7 loop") == padding("7 loop")
    lengths = {len(padding(f"{seed} {name}")["HARNESS_PADDING"]) for seed in range(500) for name in ("a", "a (twin)")}
    assert lengths <= set(range(1024, 1024 + 4096, 16))
    assert len(lengths) > 230
