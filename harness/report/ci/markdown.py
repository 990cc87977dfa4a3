"""Text from outside in Markdown as GitHub and GitLab read it: it stays text, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.report.plain import clean, line

# What begins or ends something within a line of Markdown or HTML: a link, an emoji and a formula included.
_WITHIN = re.compile(r"[&<>`|\\*_\[\]#~$]|:(?=\S)")
# What makes a list or a heading at the beginning of a line.
_FIRST = re.compile(r"^(?:[-+=]|\d+[.)](?=\s|$))")
# Somebody is told of the page that names them; a name within an address, as in base@wheels, is no one.
_MENTION = re.compile(r"(?<![0-9A-Za-z_])@")
_NOBODY = "&#64;&#8203;"
_LONGEST = 20_000
_BACKTICKS = re.compile("`+")


def within(text: str) -> str:
    """Text in one line, that is nothing but text, to stand within other text or in a cell."""
    return _MENTION.sub(_NOBODY, _WITHIN.sub(_entities, line(text))).replace("www.", "www&#46;")


def prose(text: str) -> str:
    """The same where a line or a list's point begins with it."""
    return _FIRST.sub(_entities, within(text))


def code(text: str) -> str:
    """A name, set as code; in a table, too."""
    return f"<code>{_WITHIN.sub(_entities, line(text)) or ' '}</code>"


def strong(text: str) -> str:
    """Markdown that is safe already, set strongly."""
    return f"**{text}**"


def block(text: str) -> list[str]:
    """The lines of a block that is shown as it is, in letters of one width. Its fence is longer than any within."""
    content = clean(text).rstrip("\n")
    fence = "`" * max(3, 1 + max((len(run) for run in _BACKTICKS.findall(content)), default=0))
    return [f"{fence}text", *content.split("\n"), fence]


def details(title: str, body: Sequence[str]) -> list[str]:
    """Lines that are shown when somebody asks. title: safe already."""
    return ["<details>", f"<summary>{title}</summary>", "", *body, "", "</details>"]


def last_of(text: str) -> str:
    """The end of a long text, which says how it is cut."""
    if len(text) <= _LONGEST:
        return text
    return f"... (the beginning is left out)\n{text[-_LONGEST:].partition(chr(10))[2]}"


def _entities(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in match.group())
