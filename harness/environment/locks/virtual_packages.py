"""What a machine of each platform is taken to have, when packages are chosen for it without asking a machine.

conda's virtual packages: the oldest systems that a lock has to work on. glibc 2.28 is that of RHEL 8, Debian 10 and
Ubuntu 20.04, on which manylinux_2_28 wheels work too; macOS 13 the oldest for which today's packages are built on both
processors. No GPU is stated: a lock that needs one would not install on machines without.
"""

from __future__ import annotations

GLIBC = "2.28"
LINUX = "4.18"
MACOS = "13.0"
WINDOWS = "10.0"

# Version and build of each, as conda prints them: __NAME=VERSION=BUILD.
VIRTUAL_PACKAGES: dict[str, tuple[str, ...]] = {
    "linux-64": ("__unix=0=0", f"__linux={LINUX}=0", f"__glibc={GLIBC}=0", "__archspec=1=x86_64"),
    "linux-aarch64": ("__unix=0=0", f"__linux={LINUX}=0", f"__glibc={GLIBC}=0", "__archspec=1=aarch64"),
    "osx-64": ("__unix=0=0", f"__osx={MACOS}=0", "__archspec=1=x86_64"),
    "osx-arm64": ("__unix=0=0", f"__osx={MACOS}=0", "__archspec=1=arm64"),
    "win-64": (f"__win={WINDOWS}=0", "__archspec=1=x86_64"),
}
