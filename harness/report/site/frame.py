"""The templates, and what all of them may use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness import __version__
from harness.record.results import Run
from harness.report.plain import line
from harness.report.quantity import counted
from harness.report.site import addresses, commands
from harness.report.site.changes import short_commit, some
from harness.report.site.content import short_name

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
ASSETS = HERE / "assets"
# In this order they are one script, and one style sheet.
_SCRIPTS = ("uplot/uPlot.iife.min.js", "theme.js", "tables.js", "chart.js", "history.js", "samples.js", "main.js")
_STYLES = ("uplot/uPlot.min.css", "site.css")


def rendered(template: str, page: str, site_title: str, store: str, **values: Any) -> bytes:
    """A page. page: its address, which links on it start from."""
    shown = {
        "site_title": line(site_title) or "Benchmarks",
        "to": partial(addresses.from_page, page),
        "case_address": addresses.case_page,
        "run_address": addresses.run_page,
        "runs_address": addresses.runs_page,
        "environment_address": addresses.environment_page,
        "year_address": addresses.environment_year,
        "show_command": partial(commands.show, store=store),
        "reproduce_command": partial(commands.reproduce, store=store),
    }
    text = _environment().get_template(template).render(**shown, **values)
    return text.encode("utf-8", "replace")


def shared_files() -> dict[str, bytes]:
    """The script and the style sheet that all pages share, and the licence of what is in them."""
    return {
        "assets/site.js": b"\n".join((ASSETS / name).read_bytes() for name in _SCRIPTS),
        "assets/site.css": b"\n".join((ASSETS / name).read_bytes() for name in _STYLES),
        "assets/uPlot-LICENSE.txt": (ASSETS / "uplot" / "LICENSE").read_bytes(),
    }


@cache
def made_by() -> str:
    """A digest of all that makes pages: where it changes, pages are made anew."""
    parts = [*sorted(HERE.glob("*.py")), *sorted(TEMPLATES.iterdir())]
    # What a run's page shows is the report's.
    parts += sorted(HERE.parent.glob("*.py"))
    digest = hashlib.sha256(__version__.encode())
    for part in parts:
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    return digest.hexdigest()


def data_block(value: Any) -> Markup:
    """JSON that may stand in a script element: nothing in it can end the element."""
    told = msgspec.json.encode(value).decode()
    return Markup(told.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def data_script(call: str, value: Any) -> bytes:
    """A script that hands a value to a function of the page."""
    return f"{call}({data_block(value)});\n".encode()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "case": short_name,
        "commit": short_commit,
        "counted": _counted,
        "day": _day,
        "file": _file,
        "groupby_in_order": _in_order,
        "line": line,
        "some": some,
        "verdicts": _verdicts,
    }
    return made


def _file(case: str) -> str:
    return line(case.rpartition("::")[0]) or "case"


def _counted(count: int, one: str) -> str:
    return counted(count, one, f"{one}s")


def _day(run: Run) -> str:
    return line(run.day)


def _verdicts(run: Run) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(run.verdicts.items())) or "-"


def _in_order(items: Iterable[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours with the same attribute; jinja's own `groupby` sorts."""
    return [(key, list(each)) for key, each in groupby(items, key=lambda item: getattr(item, attribute))]
