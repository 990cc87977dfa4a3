"""Durations, shares and prices as users write them: 90, 90s, 5m, 1.5h; 2%, 0.02; 0.05, "0.05 EUR"."""

from __future__ import annotations

import math
import re
from typing import Any

import click

from harness.record.schema import Price

_DURATION = re.compile(r"(?P<number>[0-9.]+)\s*(?P<unit>s|m|min|h|)")
_CURRENCY = r"[^\W\d_]{1,10}|[^\w\s.,+-]"  # a word, or a sign
_PRICE = re.compile(rf"(?P<before>{_CURRENCY}|)\s*(?P<number>(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)\s*(?P<behind>{_CURRENCY}|)")
_UNIT_S = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class Duration(click.ParamType[float]):
    """A time span above zero, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = _DURATION.fullmatch(str(value).strip())
        number = _number(match["number"]) if match else None
        if match is None or number is None or number <= 0:
            self.fail(f"{value!r} is no duration above zero; write for example 90s, 5m or 1.5h.", param, ctx)
        return number * _UNIT_S[match["unit"]]


class Share(click.ParamType[float]):
    """A part of one: 2% or 0.02."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        number = _number(text.removesuffix("%").strip())
        if number is not None and text.endswith("%"):
            number /= 100
        if number is None or not 0 < number < 1:
            self.fail(f"{value!r} is no share between 0 and 1; write for example 2% or 0.02.", param, ctx)
        return number


class CorePrice(click.ParamType[Price]):
    """What a core costs for an hour: a number above zero, and a currency before or behind it."""

    name = "price"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Price:
        if isinstance(value, Price):
            return value
        match = _PRICE.fullmatch(str(value).strip())
        number = _number(match["number"]) if match else None
        currencies = [match[side] for side in ("before", "behind") if match[side]] if match else []
        if number is None or number <= 0 or len(currencies) > 1 or not "".join(currencies).isprintable():
            self.fail(
                f"{value!r} is no price above zero; write what a core costs for an hour, for example 0.05 or "
                "'0.05 EUR'.",
                param,
                ctx,
            )
        return Price(core_hour=number, currency="".join(currencies))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
