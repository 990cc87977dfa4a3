"""Four writers at once into one store, each killed at a random moment, again and again: `kill_writers.py STORE KILLS`.

Prints the name of each record that a writer has been told is kept. Not a test by itself: it forks before anything has
threads.
"""

import itertools
import os
import random
import signal
import sys
import time

from builders import Way, make_case, make_record

from harness.record import Store
from harness.record.schema import Verdict

WRITERS = 4
LONGEST_S = 0.012


def write_until_killed(store, name):
    record_of = make_case("small", [Way("a", 1.0), Way("b", 0.5, Verdict.FASTER)], launches=3)
    for number in itertools.count():
        run = f"{name}-{number}"
        store.keep_lock(f"lock {number % 3}\n")
        store.write(make_record(record_of, run=run))
        os.write(1, f"{run}\n".encode())


def main(folder, kills):
    rng = random.Random(5)
    store = Store(folder)
    for begun in range(0, kills, WRITERS):
        writers = []
        for writer in range(WRITERS):
            child = os.fork()
            if child == 0:
                write_until_killed(store, f"{begun}-{writer}")
            writers.append((rng.uniform(0, LONGEST_S), child))
        waited = 0.0
        for moment, child in sorted(writers):
            time.sleep(moment - waited)
            waited = moment
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


main(sys.argv[1], int(sys.argv[2]))
