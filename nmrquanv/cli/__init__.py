"""The command line: ``nmrquanv [PATH...] | info | pick | simulate | train``.

Each command is one module with one function ``run(arguments) -> exit code``. Nothing slow is
imported before the command that needs it runs.
"""

from nmrquanv.cli.command_line import execute, main

__all__ = ["execute", "main"]
