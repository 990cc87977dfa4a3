"""What a calibration's page says around its tables."""

from __future__ import annotations

WHAT_IT_IS = (
    "How often the harness's verdicts are wrong, and from which change on they are right: measured, on code whose "
    "truth is known. `nox -s calibrate` measures (it takes hours: `-- --budget 30m` stops earlier, the same command "
    "goes on, `-- --quick` takes some minutes). This page and its pictures are printed by"
)
WHERE_FROM = (
    "from nothing but the findings in these files, one trial a line. How it is measured and decided stands in "
    "[method.md](method.md), how the peers are run in [peers.md](peers.md)."
)
MACHINE = (
    "The noises are made by real processes. What else kept the machine busy is measured in every trial: the cores "
    "that were used neither by the trial nor by its noise, the load over the last minute, and the share of the time "
    "in which some task waited for a core; medians over the trials."
)
MACHINES = (
    "A trial is judged by its own launches alone, so trials of several machines count together. Tools are compared on "
    "one of them only. How many each has made:"
)
ALARMS = (
    "A function of 10 ms against itself (the twin), each trial a run with launches of its own, with its pilot, its "
    "looks and its early stopping, at a nominal 5 %. *Called different*: the interval that holds whenever the run "
    "stops excludes 1, and where it has three to five launches, all agree. So few launches that all have to agree "
    "give fewer false alarms than 5 %: that is the price of a short trial, not a merit. A trial with fewer than three "
    "launches can call nothing different, and isn't counted. In trials of a change the twin stands beside it, in a "
    "part of the blocks and launches. *Turned round*: if the launches of a run have nothing in common, each could as "
    "well have come out the other way round; of all ways that a trial could have come out (of 1,024, where there are "
    "more), with its launches, and ending where it did, the share that is called different; mean over the trials. *As "
    "many*: how likely as many as were found, or more, are then. That launches of a run have something in common would "
    "be shown by a row below 5 % divided by the number of rows."
)
RESAMPLED = (
    "The recorded launches, drawn again for simulated runs of a plan with early stopping; each is turned round with a "
    "chance of one half, so that the truth is 1. Those of a change are of its two functions, with the mean taken off: "
    "they have the blocks that a comparison has. *Spread*: standard deviation of a launch's log ratio. *Middle "
    "half*: what it would be if launches were normal with the same quartiles. Where it is far smaller, few launches "
    "are far off: in most of them one of two processes of the same code is slower in block after block, which no "
    "number of blocks tells from slower code; beside a hog, single blocks are off as well. What is estimated is the "
    "mean over launches, so these count. "
    "*Bias*: the mean of all, with its 95 % interval, which should hold 0. *Carried over*: the correlation of a launch "
    "with the one before it, with its 95 % interval, which should hold 0, too."
)
POWER = (
    "A function that truly has so much more work to do (steps are counted, not guessed). *Seen*: called different, "
    "and slower; whether a verdict then says *slower* hangs on the margin, too, which at its 2 % leaves a change of "
    "2 % on the edge ([policy.md](policy.md)). A trial may stop when its ratio is known to 2 %, or to a quarter of the "
    "change where that is less. *Simulated*: of runs made of these trials' launches, whose mean is replaced by the "
    "change."
)
COVERAGE = (
    "How often a 95 % interval holds the true ratio. *Fixed*: of a plan that was fixed beforehand. *Stopped*: the one "
    "that holds whenever a run stops; a run that stops early for a large ratio has spent little of its error "
    "probability, and its interval holds more often than it says."
)
PEERS = (
    "The harness pays for its launches from that time; the others have it for calls alone, and take what their starts "
    "need besides (*took*). *False alarms*: identical code called different, either way. *Tuned*: the threshold that "
    "gives 5 % false alarms on half of the trials, judged on the other half. *Smallest change*: the extra slow-down "
    "that would have been called slower in 80 % of the trials, with its 95 % interval; *of the harness's*: how many "
    "times as large it is. A rule that calls identical code different all the time sees every change: its smallest "
    "change says nothing, and may be negative."
)
PICTURES = {
    "alarms": "False alarms beside each noise: real trials with their 95 % intervals, and simulated ones.",
    "power": "Share of simulated runs that see a change, by the change's size.",
    "coverage": "Share of simulated intervals that hold the truth, by number of launches.",
    "peers": "Smallest change seen in 80 % of trials, by tool and noise.",
}
