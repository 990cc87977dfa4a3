"""What CI systems show of a run: a summary and a comment in Markdown, notes beside the lines of the code.

Made from the record alone; names in it are anybody's, and none of them may become markup or a command.
"""

from harness.report.ci.absence import absence
from harness.report.ci.annotations import Annotation, annotations_of, unmeasured
from harness.report.ci.code_quality import code_quality
from harness.report.ci.summary import COMMENT_BYTES, MARK, SUMMARY_BYTES, summary
from harness.report.ci.workflow_commands import workflow_commands

__all__ = [
    "COMMENT_BYTES",
    "MARK",
    "SUMMARY_BYTES",
    "Annotation",
    "absence",
    "annotations_of",
    "code_quality",
    "summary",
    "unmeasured",
    "workflow_commands",
]
