"""What a run was held to, and where it fell short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult

from harness.record.schema import Breach, Failing, Policy, Record, Rule
from harness.report.plain import bullet, line, words
from harness.report.quantity import share, significant

_MOST_BREACHES = 20


class PolicyReport:
    """A policy for rich, a line for each thing that it says."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        policy = self._policy
        source = line(policy.source) if policy.source else "the default: no pyproject.toml from here upward states one"
        facts = {
            "policy": source,
            "a run fails for": ", ".join(policy.fail) or "nothing",
            "a run with --against fails for": ", ".join(policy.fail_against) or "nothing",
            "a night fails for": ", ".join(policy.fail_nightly) or "nothing",
            "margin": share(policy.margin),
            "tolerance of answers": f"rtol {policy.rtol:g}, atol {policy.atol:g}, where a test states none",
            **{f"cases '{line(rule.cases)}'": _ruled(rule) for rule in policy.rules},
        }
        for name, fact in facts.items():
            yield words(f"{name}: {fact}")


def _ruled(rule: Rule) -> str:
    told = {
        "margin": None if rule.margin is None else share(rule.margin),
        "rtol": None if rule.rtol is None else f"{rule.rtol:g}",
        "atol": None if rule.atol is None else f"{rule.atol:g}",
    }
    return ", ".join(f"{name} {value}" for name, value in told.items() if value is not None)


def broken(record: Record) -> Iterator[Any]:
    """The rules that the run has broken; what was not measured is told by itself, whatever the policy says of it."""
    told = [in_words(breach) for breach in record.breaches if breach.rule is not Failing.NOT_MEASURED]
    if not told:
        return
    yield words("The policy is broken:", "bold red")
    yield from (bullet(each) for each in told[:_MOST_BREACHES])
    if len(told) > _MOST_BREACHES:
        yield bullet(f"and {len(told) - _MOST_BREACHES} more")
    yield words("")


def in_words(breach: Breach) -> str:
    """Which rule, by what, and by how much."""
    return ": ".join(filter(None, [breach.rule.value, by_what(breach)]))


def by_what(breach: Breach) -> str:
    """By what it is broken, and by how much."""
    ratio = "" if breach.ratio is None else f"ratio {significant(breach.ratio)}"
    where = ", ".join(line(each) for each in (breach.case, breach.variant) if each is not None)
    return ": ".join(filter(None, [where, ratio, line(breach.detail)]))


def held_to(record: Record) -> Iterator[Any]:
    """The policy in force, where it came from, and those of its rules that changed nothing in this run."""
    policy = record.plan.policy
    fails = ", ".join(record.fails_for) or "nothing"
    if policy.source is None:
        yield words(f"No pyproject.toml states a policy, so the default holds: a run fails for {fails}.")
        return
    yield words(f"Policy of {line(policy.source)}: this run fails for {fails}.")
    if policy.rules:
        yield from _of_no_effect(record)


def _of_no_effect(record: Record) -> Iterator[Any]:
    from harness.judge.rules import overruled, unfitting  # the judge takes a second to import

    rules = record.plan.policy.rules
    for rule in unfitting(rules, record.cases):
        yield bullet(f"The rule '{line(rule.cases)}' fits no case of this run.", "yellow")
    for rule in overruled(rules, record.cases):
        yield bullet(f"The rule '{line(rule.cases)}' changes no tolerance: its tests state their own.", "yellow")


def margins(record: Record) -> str:
    """The margin of the run's verdicts, or from which to which they go."""
    usual = record.plan.margin
    found = {usual if case.margin is None else case.margin for case in record.cases} or {usual}
    if len(found) == 1:
        return share(found.pop())
    return f"{share(min(found))} to {share(max(found))}, as the policy has it for each case"
