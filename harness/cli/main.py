"""The command `harness`: its verbs, and what happens when one of them fails."""

from __future__ import annotations

import sys

import click

from harness import __version__
from harness.cli.calibrate import calibrate
from harness.cli.codes import INTERRUPTED
from harness.cli.env import env
from harness.cli.list import list_records
from harness.cli.machine import machine
from harness.cli.overhead import overhead
from harness.cli.plot import plot
from harness.cli.run import run
from harness.cli.show import show
from harness.failure import HarnessError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="harness")
def cli() -> None:
    r"""Measure variants of scaling machine learning in lockstep, in a pinned environment, and record the run.

    \b
    Exit codes: 0 fine; 1 a policy is broken; 2 misuse or bad input; 3 something was not
    measured; 130 interrupted (says how to go on).
    """


for command in (run, show, list_records, plot, machine, env, overhead, calibrate):
    cli.add_command(command)


def main() -> None:
    """Entry point: errors that the user can mend are printed as they are, without a traceback."""
    try:
        code = cli.main(standalone_mode=False)
    except HarnessError as error:
        click.echo(f"harness: {error}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        click.echo("harness: interrupted.", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
