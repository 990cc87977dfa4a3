"""Made-up /proc and /sys trees."""


def a_tree(root, files):
    """Write files (path below the root -> text) and return the root."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


CPUINFO = """processor	: 0
model name	: Some  CPU  @ 2.50GHz
cpu MHz		: {mhz}
flags		: fpu vme {flags}

processor	: 1
model name	: Some  CPU  @ 2.50GHz
cpu MHz		: 1800.5
flags		: fpu vme {flags}
"""

CPU = "sys/devices/system/cpu"


def a_linux(root, mhz="2596.138", flags="hypervisor", cgroup="0::/user.slice/run\n", **more):
    """A machine of two sockets with one core of two threads each."""
    files = {
        "proc/cpuinfo": CPUINFO.format(mhz=mhz, flags=flags),
        "proc/meminfo": (
            "MemTotal:       24592340 kB\nMemAvailable:   1000 kB\nSwapTotal:      2048 kB\nSwapFree:       1024 kB\n"
        ),
        "proc/self/cgroup": cgroup,
        "proc/loadavg": "0.52 0.58 0.59 3/467 12345\n",
        "proc/uptime": "350735.47 234388.90\n",
        "proc/sys/kernel/osrelease": "6.18.44\n",
        "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
        "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
        "sys/class/dmi/id/sys_vendor": "QEMU\n",
        f"{CPU}/cpufreq/boost": "0\n",
        f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave\n",
        "sys/class/thermal/thermal_zone0/temp": "45000\n",
        "sys/class/thermal/thermal_zone1/temp": "61500\n",
    }
    for cpu in range(4):
        files[f"{CPU}/cpu{cpu}/topology/physical_package_id"] = f"{cpu % 2}\n"
        files[f"{CPU}/cpu{cpu}/topology/core_id"] = "0\n"
    for index, (level, kind, size) in enumerate(
        [("1", "Data", "32K"), ("1", "Instruction", "64K"), ("2", "Unified", "1024K"), ("3", "Unified", "32M")]
    ):
        folder = f"{CPU}/cpu0/cache/index{index}"
        files |= {f"{folder}/level": level, f"{folder}/type": kind, f"{folder}/size": size}
    return a_tree(root, files | more)
