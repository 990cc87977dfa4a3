"""What a record says, for people: tables, sentences, plots. Computes no statistics.

Of a reproduction tells `harness.report.reproduction`: it needs the judge, which takes a second to import.
"""

from harness.report.appendix import Contents, appendix
from harness.report.checkup import CheckupTable
from harness.report.difference import DifferenceTable
from harness.report.fingerprint import FingerprintTable
from harness.report.listing import StoreList
from harness.report.plain import to_text
from harness.report.plot import plot
from harness.report.progress import Progress
from harness.report.run import RunReport, render
from harness.report.samples import samples_csv
from harness.report.table import CaseTable

__all__ = [
    "CaseTable",
    "CheckupTable",
    "Contents",
    "DifferenceTable",
    "FingerprintTable",
    "Progress",
    "RunReport",
    "StoreList",
    "appendix",
    "plot",
    "render",
    "samples_csv",
    "to_text",
]
