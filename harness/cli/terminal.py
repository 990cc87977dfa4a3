"""Printing: a terminal gets colours, a pipe gets plain text."""

from __future__ import annotations

import sys

import click
from rich.console import Console, RenderableType

from harness.report.plain import to_text

_PIPE_WIDTH = 100
_UNBROKEN = 10_000


def show(renderable: RenderableType) -> None:
    """Print for people."""
    if sys.stdout.isatty():
        Console().print(renderable)
        return
    click.echo(to_text(renderable, _PIPE_WIDTH, plain=True), nl=False)


def show_lines(renderable: RenderableType) -> None:
    """Print for people what is lines: a pipe gets them whole, and a terminal breaks those that are longer than it."""
    if sys.stdout.isatty():
        Console().print(renderable, soft_wrap=True)
        return
    click.echo(to_text(renderable, _UNBROKEN, plain=True), nl=False)


def tell(text: str) -> None:
    """A line about what is going on, beside the output."""
    click.echo(text, err=True)
