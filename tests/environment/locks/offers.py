"""A channel that only says what it offers: folders with a repodata.json, which is all that a solver reads."""

import hashlib
import json

PLATFORMS = ("linux-64", "linux-aarch64", "osx-64", "osx-arm64", "win-64")


class Offers:
    """What a channel offers. base_url: where the packages are said to lie, if elsewhere than the channel."""

    def __init__(self, folder, base_url=""):
        self.folder = folder
        self.base_url = base_url
        self.records = {subdir: {} for subdir in (*PLATFORMS, "noarch")}

    def add(self, name, version="1.0", depends=(), *, on=("noarch",), build="0", **others):
        """Offer a package. on: its subdirs."""
        for subdir in on:
            file = f"{name}-{version}-{build}.conda"
            content = f"{subdir}/{file}".encode()
            self.records[subdir][file] = {
                "name": name, "version": version, "build": build, "build_number": 0, "subdir": subdir,
                "depends": list(depends), "size": 1, "md5": hashlib.md5(content).hexdigest(),
                "sha256": hashlib.sha256(content).hexdigest(), **others,
            }  # fmt: skip
        return self.write()

    def take_away(self, name, version, on=("noarch",)):
        for subdir in on:
            self.records[subdir].pop(f"{name}-{version}-0.conda")
        return self.write()

    def write(self):
        for subdir, records in self.records.items():
            info = {"subdir": subdir} | ({"base_url": f"{self.base_url}/{subdir}/"} if self.base_url else {})
            offered = {"info": info, "packages": {}, "packages.conda": records, "removed": [], "repodata_version": 2}
            (self.folder / subdir).mkdir(parents=True, exist_ok=True)
            (self.folder / subdir / "repodata.json").write_text(json.dumps(offered))
        return self
