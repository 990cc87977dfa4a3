"""What the kernel says of each core's clock."""

from __future__ import annotations

import re
from pathlib import Path

from harness.machine.pseudofile import text


def of_cores(root: Path, name: str) -> dict[int, str]:
    """A file of cpufreq ("scaling_governor", "scaling_cur_freq", in kHz, ...) by the number of the core."""
    found = {}
    for path in (root / "sys/devices/system/cpu").glob(f"cpu[0-9]*/cpufreq/{name}"):
        core, said = re.fullmatch(r"cpu(\d+)", path.parent.parent.name), text(path)
        if core and said is not None:
            found[int(core[1])] = said
    return dict(sorted(found.items()))
