"""Which rules of a policy hold for a case."""

import re
from collections.abc import Sequence

import msgspec

from harness.record.schema import Case, Plan, Rule, Tolerance

# How closely a rule means a case: by its own id, that of the suite's case it is part of, its group, or a pattern.
_ID, _SUITE_ID, _GROUP, _PATTERN = 3, 2, 1, 0
_Closeness = tuple[int, int]


class Ambiguous(Exception):
    """Two rules mean a case equally closely, and say different things of it."""


def ruled(case: Case, plan: Plan) -> Case:
    """A case with the margin and the tolerance that the plan's policy gives it.

    Each of the two numbers of the tolerance that the test states itself stays. Of several rules that fit, the one that
    means the case most closely holds, for each key alone. Raises Ambiguous.
    """
    policy = plan.policy
    stated = case.tolerance_stated
    return msgspec.structs.replace(
        case,
        margin=_held(case, policy.rules, "margin", plan.margin),
        tolerance=Tolerance(
            rtol=case.tolerance.rtol if "rtol" in stated else _held(case, policy.rules, "rtol", policy.rtol),
            atol=case.tolerance.atol if "atol" in stated else _held(case, policy.rules, "atol", policy.atol),
        ),
    )


def unfitting(rules: Sequence[Rule], cases: Sequence[Case]) -> list[Rule]:
    """The rules that fit none of these cases."""
    return [rule for rule in rules if all(_closeness(rule, case) is None for case in cases)]


def overruled(rules: Sequence[Rule], cases: Sequence[Case]) -> list[Rule]:
    """The rules whose tolerances change nothing, because each test that they fit states its own."""
    found = []
    for rule in rules:
        keys = [key for key in ("rtol", "atol") if getattr(rule, key) is not None]
        fitting = [case for case in cases if _closeness(rule, case) is not None]
        if keys and fitting and all(key in case.tolerance_stated for case in fitting for key in keys):
            found.append(rule)
    return found


def _held(case: Case, rules: Sequence[Rule], key: str, otherwise: float) -> float:
    stating = [rule for rule in rules if getattr(rule, key) is not None]
    fitting = [(closeness, rule) for rule in stating if (closeness := _closeness(rule, case)) is not None]
    if not fitting:
        return otherwise
    closest = max(closeness for closeness, _ in fitting)
    holding = {float(getattr(rule, key)): rule.cases for closeness, rule in fitting if closeness == closest}
    if len(holding) > 1:
        told = " and ".join(f"'{cases}' ({key} {value:g})" for value, cases in holding.items())
        raise Ambiguous(f"the rules for {told} fit '{case.id}' equally well")
    return next(iter(holding))


def _closeness(rule: Rule, case: Case) -> _Closeness | None:
    """None if the rule doesn't fit; a pattern is the closer the more of its characters are no wildcards."""
    exact = {case.group: _GROUP, case.of: _SUITE_ID, case.id: _ID}.get(rule.cases)
    if exact is not None:
        return exact, 0
    pattern = re.compile("".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in rule.cases), re.DOTALL)
    if any(name is not None and pattern.fullmatch(name) for name in (case.id, case.of, case.group)):
        return _PATTERN, sum(1 for each in rule.cases if each not in "*?")
    return None
