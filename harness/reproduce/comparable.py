"""Whether two records can be held against each other, and what has to be known when they are."""

from __future__ import annotations

from harness.record.results import Kind, run_of
from harness.record.schema import Record
from harness.reproduce.differences import beginning_of, differences


def refusal(a: Record, b: Record) -> str:
    """Why the two can't be compared, in a sentence; empty if they can."""
    if a.id == b.id:
        return "they are one record."
    kinds = [run_of(record).kind for record in (a, b)]
    if Kind.IMPORTED in kinds:
        tools = [record.imported.tool for record in (a, b) if record.imported]
        return (
            f"{'both come' if len(tools) == 2 else 'one comes'} from {' and '.join(dict.fromkeys(tools))}, which kept "
            "times and no launches: nothing is known of what separates two processes. `harness history` follows them."
        )
    if kinds[0] != kinds[1]:
        return f"one is a {kinds[0].value}, the other a {kinds[1].value}: their ratios are held against other things."
    if a.plan.scale != b.plan.scale:
        return f"their work is not the same: scale {a.plan.scale} in A, {b.plan.scale} in B."
    if a.plan.night and b.plan.night and a.plan.night.anchors[:1] != b.plan.night.anchors[:1]:
        anchors = [record.plan.night.anchors[0] for record in (a, b) if record.plan.night]
        return f"they stand against other anchors, {anchors[0]} in A, {anchors[1]} in B: `harness history` links them."
    return ""


def labels(a: Record, b: Record) -> list[str]:
    """What is not the same in B, in words: machine, code, and what else `differences` names."""
    told = differences(a, b, "in A")
    codes = [(record.environments[-1].commit or record.fingerprint.code.get("commit")) for record in (a, b)]
    if codes[0] != codes[1]:
        told.append(f"another commit: {beginning_of(codes[1])}, in A {beginning_of(codes[0])}")
    elif run_of(a).code_digest != run_of(b).code_digest:
        told.append("other code on the same commit")
    if a.imported is None and a.drifted:
        told.append("A was measured in an environment that was not its lock")
    if b.drifted:
        told.append("B was measured in an environment that is not its lock")
    return told
