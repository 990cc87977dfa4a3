"""Where each page lies in the site's folder, whatever cases and runs are called."""

from __future__ import annotations

import hashlib
import re

INDEX = "index.html"
ENVIRONMENTS = "environments/index.html"
RUNS = "runs/index.html"
LONGEST = 60

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_OTHER = re.compile(r"[^A-Za-z0-9]+")


def case_page(case: str) -> str:
    """The page of a case: readable, and another one for each case."""
    return f"cases/{_readable(case)}.html"


def case_year(case: str, year: str) -> str:
    """All points of a case in one year, as a script that its page loads when they are asked for."""
    return f"cases/{_readable(case)}/{_name(year)}.js"


def run_page(run: str) -> str:
    """The page of a run."""
    return f"runs/{_name(run)}.html"


def runs_page(year: str) -> str:
    """The list of a year's runs."""
    return f"runs/year-{_name(year)}.html"


def environment_page(name: str) -> str:
    """The page of an environment."""
    return f"environments/{_readable(name)}.html"


def environment_year(name: str, year: str) -> str:
    """What changed in an environment within a year."""
    return f"environments/{_readable(name)}-{_name(year)}.html"


def from_page(page: str, target: str) -> str:
    """The link from one page to another: relative, so that it works from a disk, too."""
    return "../" * page.count("/") + target


def _name(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _readable(text)


def _readable(text: str) -> str:
    """Letters and digits of a text, and enough of its digest that no other text has the same."""
    file, _, name = text.rpartition("::")
    short = _OTHER.sub("-", name or file).strip("-").lower()[-LONGEST:].strip("-")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{short}-{digest}" if short else digest
