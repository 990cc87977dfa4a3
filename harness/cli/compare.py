"""`harness compare`: two records side by side."""

from __future__ import annotations

import click
import msgspec

from harness.cli.output import print_json
from harness.cli.store_option import store_option, store_to_read
from harness.cli.terminal import show
from harness.failure import HarnessError
from harness.record.schema import Record


@click.command(short_help="Hold a record against another one.")
@click.argument("a")
@click.argument("b")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(a: str, b: str, store: str, as_json: bool) -> None:
    """Hold record B against record A (ids, their beginnings or ends, or files).

    Their ratios are compared, not their times: what each variant takes, over its baseline in the same run. Below 1, B
    is faster. What differs between the two runs (machine, software, code) is named first; runs that can't be compared
    are refused, with the reason.
    """
    known = store_to_read(store)
    first, second = known.read(a), known.read(b)
    from harness.reproduce.comparable import labels, refusal

    reason = refusal(first, second)
    if reason:
        raise HarnessError(f"{first.id} and {second.id} can't be compared: {reason}")
    from harness.judge.comparison import compare_runs  # takes a second to import
    from harness.report.comparison import ComparisonReport

    found = compare_runs(first, second)
    if not found.cases:
        raise HarnessError(f"{first.id} and {second.id} have no case in common. {_cases(first)} {_cases(second)}")
    told = labels(first, second)
    if as_json:
        print_json({"a": first.id, "b": second.id, "differences": told, **msgspec.to_builtins(found)})
        return
    show(ComparisonReport(first, second, found, told))


def _cases(record: Record) -> str:
    names = list(dict.fromkeys(case.of or case.id for case in record.cases))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{record.id} has {', '.join(names[:3]) or 'none'}{more}."
