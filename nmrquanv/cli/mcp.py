"""``nmrquanv mcp FOLDER...``: answer programs that ask by the Model Context Protocol, on stdio."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path

from nmrquanv.cli.exit_codes import DONE
from nmrquanv.cli.typed import Check
from nmrquanv.extras import require
from nmrquanv.paths import user_data


def add_mcp(parser: argparse.ArgumentParser) -> Check:
    """Add the options of ``mcp``."""
    parser.description = (
        "Answer a program that asks by the Model Context Protocol, on standard input and output:"
        " list, describe, read and search spectra of the folders named. Nothing is written but the"
        " record of what was asked; no network is used."
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="may be read")
    parser.add_argument(
        "--audit", type=Path, metavar="FILE", help="the record; default: DATA/mcp/audit.jsonl"
    )

    def check(arguments: argparse.Namespace) -> None:
        for folder in arguments.folders:
            if not os.path.isdir(folder):
                parser.error(f"'{folder}' is not a folder")

    return check


def run(arguments: argparse.Namespace) -> int:
    """Answer until the input ends."""
    require("mcp", "answering other programs")
    from nmrquanv.serving.audit import Audit
    from nmrquanv.serving.mcp_tools import Questions
    from nmrquanv.serving.server import serve

    allowed = tuple(Path(os.path.realpath(folder)) for folder in arguments.folders)
    audit = Audit(arguments.audit or user_data() / "mcp" / "audit.jsonl")
    audit.add("start", {"folders": [str(folder) for folder in allowed]}, "answered")
    sys.stderr.write(f"nmrquanv mcp: may read {', '.join(map(str, allowed))}\n")
    with contextlib.suppress(BrokenPipeError):  # whoever asked has gone
        serve(Questions(allowed, audit))
    return DONE
