"""The command `harness`: its verbs, and what happens when one of them fails."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn

import click
from click.utils import PacifyFlushWrapper

from harness import __version__
from harness.cli.codes import INTERRUPTED, NOT_READ
from harness.cli.commands import Commands
from harness.failure import HarnessError
from harness.whole_file import FULL

_COMMANDS = {
    "run": "harness.cli.run:run",
    "show": "harness.cli.show:show",
    "list": "harness.cli.list:list_records",
    "history": "harness.cli.history:history",
    "compare": "harness.cli.compare:compare",
    "plot": "harness.cli.plot:plot",
    "site": "harness.cli.site:site",
    "nightly": "harness.cli.nightly:nightly",
    "anchor": "harness.cli.anchor:anchor",
    "bisect": "harness.cli.bisect:bisect",
    "reproduce": "harness.cli.reproduce:reproduce",
    "bundle": "harness.cli.bundle:bundle",
    "store": "harness.cli.store:store",
    "policy": "harness.cli.policy:policy",
    "ci": "harness.cli.ci:ci",
    "machine": "harness.cli.machine:machine",
    "env": "harness.cli.env:env",
    "overhead": "harness.cli.overhead:overhead",
    "calibrate": "harness.cli.calibrate:calibrate",
}


@click.group(
    cls=Commands, table=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="harness")
def cli() -> None:
    """Measure variants of scaling machine learning in lockstep, in a pinned environment, and record the run.

    \b
    Exit codes: 0 fine; 1 a policy is broken; 2 misuse or bad input; 3 something was not
    measured; 4 reproduced, with other speed-ups; 130 interrupted (says how to go on);
    141 what was printed was not read to its end.
    """  # noqa: D301 - click wants the character itself


def main() -> None:
    """Entry point: errors that the user can mend are printed as they are, without a traceback."""
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except HarnessError as error:
        click.echo(f"harness: {error}", err=True)
        _leave(error.exit_code)
    except click.exceptions.Abort:
        click.echo("harness: interrupted.", err=True)
        _leave(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        _leave(error.exit_code)
    except (BrokenPipeError, SystemExit) as end:
        # Whoever read our output has seen enough: of that, click makes an exit with 1, as if a policy were broken.
        if isinstance(end, BrokenPipeError) or isinstance(sys.stdout, PacifyFlushWrapper):
            os._exit(NOT_READ)
        raise
    except OSError as error:
        if error.errno not in FULL:
            raise
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"harness: {where}{error.strerror}. Make room, and try again.", err=True)
        os._exit(HarnessError.exit_code)  # what still waits to be written would fail once more
    _leave(code if isinstance(code, int) else 0)


def _leave(code: int) -> NoReturn:
    """End at once: freeing all that a command has read, value by value, takes a tenth of the time of a site's next
    night, and what a thread still imports is of no use any more.
    """
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)
