"""The static site: what the store says and what was judged of it, as pages that open from a disk. Computes nothing."""

from harness.report.site.build import build
from harness.report.site.content import Content, Release
from harness.report.site.folder import SiteFolder, digest_of
from harness.report.site.frame import made_by
from harness.report.site.reading import read

__all__ = ["Content", "Release", "SiteFolder", "build", "digest_of", "made_by", "read"]
