"""The command line: parses and prints, decides nothing."""

from harness.cli.main import main

__all__ = ["main"]
